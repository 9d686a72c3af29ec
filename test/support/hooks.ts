// Runs the hooks as azd does: in their folder, with the template's outputs in the environment.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LocalCloud } from 'local-cloud'
import { startInHost } from './hook-hosts.ts'
import { startAzd } from './stand-in-azd.ts'
import { type Outcome, watch } from './started-hook.ts'

export type Hook = 'preprovision' | 'postprovision' | 'postdeploy'
export type Variables = Record<string, string>

const folder = fileURLToPath(new URL('../../infra/hooks/', import.meta.url))
const tsx = fileURLToPath(import.meta.resolve('tsx/cli'))

/** Prepares to run hooks against a cloud. */
export async function prepareHooks(cloud: LocalCloud) {
  const azd = await startAzd(cloud.identity)
  const env: Variables = { ...outputsOf(cloud), ...quickly, ...azd.env }
  const start = (hook: Hook, changes: Variables = {}, inTerminal = false) =>
    watch(startInHost({ hook, env: { ...env, ...changes }, inTerminal }))

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
    start: (hook: Hook, changes?: Variables) => start(hook, changes),
    /** The same in a process of its own, which ends with the hook. */
    startProcess: (hook: Hook, changes: Variables = {}) => spawnIn({ ...env, ...changes }, [`${hook}.ts`]),
    /** The same by way of tsx, as azd does it. */
    startWithTsx: (hook: Hook, changes: Variables = {}) =>
      spawnIn({ ...env, ...changes }, [tsx, `${hook}.ts`]),
    /** Runs a hook to its end in what it takes for a terminal, which shows stdout and stderr as one. */
    runInTerminal: (hook: Hook, changes?: Variables) => start(hook, changes, true).ended,
    /** Runs a hook to its end. */
    run: (hook: Hook, changes?: Variables) => start(hook, changes).ended,
    async close() {
      // A test that failed may have left one running.
      for (const hook of running) hook.kill('SIGKILL')
      await azd.close()
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
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text
    })
  }
  const ended = once(child, 'close').then(([code]): Outcome => ({ ...output, code }))
  return watch({ pid: child.pid, output, ended })
}

/** Runs a hook with just these variables, as azd does on somebody's machine. */
export function runHookWith(hook: Hook, env: Variables): Promise<Outcome> {
  return startInHost({ hook, env: { ...quickly, ...env } }).ended
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
