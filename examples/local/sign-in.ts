// Stands in for `az` and `azd`, signed in to the local cloud as the person who deploys.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { LocalCloud } from 'local-cloud'
import { writeProgram } from 'local-cloud/stand-in-program.ts'

/** How each program is asked for a token for Blob Storage. */
const asked = {
  az: 'account get-access-token --output json --resource https://storage.azure.com',
  azd: 'auth token --output json --no-prompt --scope https://storage.azure.com/.default',
}

/** Writes them into a folder, which is all there is on the PATH of `env`: a real sign-in is never used. */
export async function signIn({ identity }: LocalCloud, programs: (keyof typeof asked)[] = ['az', 'azd']) {
  const folder = await mkdtemp(path.join(tmpdir(), 'sign-in-'))
  const token = identity.issue(identity.deployer, 'https://storage.azure.com')
  const expires = new Date(Date.now() + identity.tokenLifetimeSeconds * 1000)
  // The first two are az's names, the others azd's.
  const answer = {
    accessToken: token,
    expires_on: Math.floor(expires.getTime() / 1000),
    token,
    expiresOn: expires,
  }
  for (const program of programs) {
    await writeProgram(folder, program, scriptOf(asked[program], JSON.stringify(answer)))
  }

  return { env: { PATH: folder }, close: () => rm(folder, { recursive: true, maxRetries: 5 }) }
}

/** Answers one question, and fails for any other. */
function scriptOf(question: string, answer: string): string {
  return `
    if (process.argv.slice(2).join(' ') === ${JSON.stringify(question)}) console.log(${JSON.stringify(answer)})
    else process.exitCode = 1`
}
