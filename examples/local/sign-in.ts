// Stands in for `az` and `azd`, signed in to the local cloud as the person who deploys.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { LocalCloud } from 'local-cloud'

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
    const script = `#!/bin/sh\n[ "$*" = '${asked[program]}' ] && echo '${JSON.stringify(answer)}'\n`
    await writeFile(path.join(folder, program), script, { mode: 0o755 })
  }

  return { env: { PATH: folder }, close: () => rm(folder, { recursive: true }) }
}
