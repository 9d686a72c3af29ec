// Runs the hooks as azd does: in their folder, with the template's outputs in the environment. A hook that a test runs to its
// end has no process of its own; one that it starts, to stop it or to change something meanwhile, does, and is bundled for it.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { LocalCloud } from 'local-cloud'
import { bundleHooks } from './bundled-hooks.ts'
import type { Outcome } from './hook-host.ts'
import { runInHost } from './hook-hosts.ts'
import { startAzd } from './stand-in-azd.ts'

export type Hook = 'preprovision' | 'postprovision' | 'postdeploy'
export type Variables = Record<string, string>

const folder = fileURLToPath(new URL('../../infra/hooks/', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))

const terminal = 'data:text/javascript,process.stdout.isTTY = true; console.error = console.log'

/** Prepares to run hooks against a cloud. */
export async function prepareHooks(cloud: LocalCloud) {
  const azd = await startAzd(cloud.identity)
  const env: Variables = { ...outputsOf(cloud), ...quickly, ...azd.env }

  const start = (args: string[], changes: Variables = {}) => spawnIn({ ...env, ...changes }, args)
  let bundled: ReturnType<typeof bundleHooks> | undefined
  const bundle = () => (bundled ??= bundleHooks())

  return {
    /** What azd would put into the environment. */
    env,
    signIn: azd.signIn,
    /** What `azd env set` has set. */
    environment: azd.environment,
    configuration: azd.configuration,
    /** What tokens azd was asked for. */
    scopes: azd.scopes,
    /** Starts a hook and goes on. */
    start: async (hook: Hook, changes?: Variables) => start([(await bundle()).file(hook)], changes),
    /** The same by way of tsx, as azd does it. */
    startWithTsx: (hook: Hook, changes?: Variables) => start([tsx, `${hook}.ts`], changes),
    /** Runs a hook to its end in what it takes for a terminal, which shows stdout and stderr as one. */
    runInTerminal: async (hook: Hook, changes?: Variables) =>
      start(['--import', terminal, (await bundle()).file(hook)], changes).ended,
    /** Runs a hook to its end. */
    run: (hook: Hook, changes: Variables = {}) => runInHost({ hook, env: { ...env, ...changes } }),
    async close() {
      // A test that failed may have left one running.
      for (const hook of running) hook.kill('SIGKILL')
      await azd.close()
      await (await bundled)?.close()
    },
  }
}

/** Those that have not ended yet. */
const running = new Set<ChildProcess>()

function spawnIn(env: Variables, args: string[]) {
  // A group of its own, so that a test can press Ctrl-C for all that runs in it, as a terminal does. On Windows, it would open
  // a window instead.
  const detached = process.platform !== 'win32'
  const child = spawn(process.execPath, args, { cwd: folder, env, detached })
  running.add(child)
  child.once('close', () => running.delete(child))
  return watch(child)
}

/** Runs a hook with just these variables, as azd does on somebody's machine. */
export function runHookWith(hook: Hook, env: Variables): Promise<Outcome> {
  return runInHost({ hook, env: { ...quickly, ...env } })
}

/** The promise of every failure: one sentence, code 1. */
export function assertFailed({ code, stderr }: Outcome, sentence: RegExp): void {
  assert.match(stderr, /^\n\(x\) [^\n]+\.\n$/, 'one line, and no stack trace')
  assert.match(stderr, sentence)
  assert.equal(code, 1)
}

/** Waits that suit a test. */
const quickly: Variables = {
  HOOK_DATABASE_SECONDS: '10',
  HOOK_FIREWALL_SECONDS: '10',
  HOOK_ROLE_SECONDS: '10',
  HOOK_ADMINISTRATOR_SECONDS: '10',
  HOOK_READY_SECONDS: '10',
  HOOK_FIRST_PAUSE_SECONDS: '0.02',
  HOOK_LONGEST_PAUSE_SECONDS: '0.1',
}

/** What deploying infra/main.bicep would put into the environment. */
function outputsOf({ env, identity, arm }: LocalCloud): Variables {
  // Those two would be a managed identity, which a deployer does not have.
  const { IDENTITY_ENDPOINT: _, IDENTITY_HEADER: __, ...outputs } = env
  return {
    ...outputs,
    AZURE_SUBSCRIPTION_ID: arm.subscriptionId,
    AZURE_TENANT_ID: identity.tenantId,
    AZURE_RESOURCE_GROUP: arm.resourceGroup,
    AZURE_STORAGE_ACCOUNT_NAME: arm.storageAccount,
    AZURE_KEY_VAULT_NAME: 'kv-local',
    AZURE_SQL_SERVER_NAME: arm.sqlServer,
    APPLICATION_INSIGHTS_NAME: 'appi-local',
    WEB_IDENTITY_NAME: identity.app.name,
    WEB_IDENTITY_CLIENT_ID: identity.app.clientId,
    WEB_IDENTITY_PRINCIPAL_ID: identity.app.objectId,
    WEB_USER_ASSIGNED_IDENTITY_NAME: identity.app.name,
    WEB_NAME: arm.siteName,
    WEB_URI: 'http://127.0.0.1:1',
    DEPLOYER_PRINCIPAL_ID: identity.deployer.objectId,
    DEPLOYER_PRINCIPAL_TYPE: 'User',
    DEPLOYED_IDENTITY_TYPE: 'UserAssigned',
    DEPLOYED_ROLES_ASSIGNED: 'true',
    DEPLOYED_RESTRICT_NETWORK: 'true',
    AZURE_RESOURCE_MANAGER_ENDPOINT: arm.endpoint,
  }
}

function watch(child: ChildProcess) {
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  const { pid } = child
  if (pid === undefined) throw new Error('The hook did not start.')
  const ended = once(child, 'close').then(([code]): Outcome => ({ ...output, code }))

  /**
   * Waits until something holds that the hook brings about, however long a busy machine takes for it.
   *
   * @throws Error when the hook ends before
   */
  async function until(holds: () => boolean): Promise<void> {
    let isRunning = true
    ended.then(() => {
      isRunning = false
    })
    while (!holds()) {
      if (!isRunning) throw new Error(`The hook ended before ${holds}:\n${output.stdout}${output.stderr}`)
      await setTimeout(5)
    }
  }

  return {
    output,
    until,
    /** Waits until the hook has printed something. */
    printed: (text: string) => until(() => output.stdout.includes(text)),
    kill: (signal: NodeJS.Signals) => process.kill(pid, signal),
    /** What a terminal does at Ctrl-C: all of them hear it. */
    pressCtrlC: () => process.kill(-pid, 'SIGINT'),
    ended,
  }
}
