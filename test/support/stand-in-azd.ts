// An `azd` for the hooks to find on their PATH, and the service that gives it tokens and keeps its environment.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { IdentityService, Principal } from 'local-cloud'
import { type Answer, serve } from 'local-cloud/http.ts'
import { writeProgram } from 'local-cloud/stand-in-program.ts'

/** Compiled: a process that strips types takes three times as long to start, and a hook starts several. */
const program = build({
  entryPoints: [fileURLToPath(new URL('azd/program.ts', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  write: false,
}).then(({ outputFiles }) => outputFiles[0]?.text ?? '')

/** Starts it, signed in as the deployer. */
export async function startAzd(identity: IdentityService) {
  let who: Principal | undefined = identity.deployer
  const environment = new Map<string, string>()
  const configuration = new Map<string, string>()
  const scopes: string[] = []
  const refuse = (body: string) => ({ status: 401, body })

  const service = await serve(async (request) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    if (pathname.startsWith('/config/')) return readConfiguration(pathname.slice('/config/'.length))
    if (!pathname.startsWith('/env/')) return issueToken(searchParams)
    if (pathname !== `/env/${environment.get('AZURE_ENV_NAME')}`) return refuse('environment does not exist')
    if (request.method === 'PUT') set(JSON.parse(await text(request)))
    return { status: 200, body: JSON.stringify(Object.fromEntries(environment)) }
  })

  function set(pairs: string[]): void {
    for (const pair of pairs) {
      const [name = '', ...value] = pair.split('=')
      environment.set(name, value.join('='))
    }
  }

  function readConfiguration(path: string): Answer {
    const value = configuration.get(path)
    return value === undefined
      ? refuse(`no value at path '${path}'`)
      : { status: 200, body: JSON.stringify(value) }
  }

  function issueToken(searchParams: URLSearchParams): Answer {
    scopes.push(searchParams.get('scope') ?? '')
    if (!who) return refuse('not logged in, run `azd auth login` to login')
    // Without one, azd takes the tenant of the subscription.
    if ((searchParams.get('tenant') || identity.tenantId) !== identity.tenantId) {
      return refuse('AADSTS90002: no such tenant')
    }
    const token = identity.issue(who, (searchParams.get('scope') ?? '').replace('/.default', ''))
    const expiresOn = new Date(Date.now() + identity.tokenLifetimeSeconds * 1000)
    return { status: 200, body: JSON.stringify({ token, expiresOn }) }
  }

  const bin = await mkdtemp(path.join(tmpdir(), 'azd-'))
  await writeProgram(bin, 'azd', await program)

  return {
    env: {
      // Nothing else is on this PATH: neither a real azd nor az is ever asked.
      PATH: bin,
      // Windows starts no batch file without it.
      ...(process.env.SystemRoot && { SystemRoot: process.env.SystemRoot }),
      AZD_STAND_IN: `http://127.0.0.1:${service.port}`,
      // Compiling the SDKs anew takes half of a hook's time. This is where Node.js keeps compiled code by default.
      NODE_COMPILE_CACHE: path.join(tmpdir(), 'node-compile-cache'),
    },
    /** The variables of the azd environment that `AZURE_ENV_NAME` among them names, as its .env file keeps them. */
    environment,
    /** Of an environment under `<its name>/<path>`, of the user under `/<path>`. */
    configuration,
    /** What tokens were asked for. */
    scopes,
    /** Who is signed in from now on; nobody when undefined. */
    signIn(principal: Principal | undefined) {
      who = principal
    },
    async close() {
      await service.close()
      await rm(bin, { recursive: true, maxRetries: 5 })
    },
  }
}
