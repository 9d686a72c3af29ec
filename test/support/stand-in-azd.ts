// An `azd` for the hooks to find on their PATH, and the service that it takes tokens from.
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { IdentityService, Principal } from 'local-cloud'
import { serve } from 'local-cloud/http.ts'

/** Starts it, signed in as the deployer. */
export async function startAzd(identity: IdentityService) {
  let who: Principal | undefined = identity.deployer
  const service = await serve(({ url = '' }) => {
    const { searchParams } = new URL(url, 'http://localhost')
    const refuse = (body: string) => ({ status: 401, body })
    if (!who) return refuse('not logged in, run `azd auth login` to login')
    if (searchParams.get('tenant') !== identity.tenantId) return refuse('AADSTS90002: no such tenant')
    const token = identity.issue(who, (searchParams.get('scope') ?? '').replace('/.default', ''))
    const expiresOn = new Date(Date.now() + identity.tokenLifetimeSeconds * 1000)
    return { status: 200, body: JSON.stringify({ token, expiresOn }) }
  })

  const bin = await mkdtemp(path.join(tmpdir(), 'azd-'))
  const program = fileURLToPath(new URL('azd.ts', import.meta.url))
  const command = path.join(bin, 'azd')
  await writeFile(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  await chmod(command, 0o755)

  return {
    env: {
      // Nothing else is on this PATH: neither a real azd nor az is ever asked.
      PATH: bin,
      AZD_STAND_IN: `http://127.0.0.1:${service.port}`,
      // Compiling the SDKs anew takes half of a hook's time.
      NODE_COMPILE_CACHE: path.join(bin, 'compiled'),
    },
    /** Who is signed in from now on; nobody when undefined. */
    signIn(principal: Principal | undefined) {
      who = principal
    },
    async close() {
      await service.close()
      await rm(bin, { recursive: true })
    },
  }
}
