// Run by azd after the site is deployed: waits until it is ready, and says what is missing if it is not.
import { setTimeout } from 'node:timers/promises'
import { askReadiness, database, site } from './readiness.ts'
import { Failure } from './shared/failure.ts'
import { type Limits, readLimits } from './shared/limits.ts'
import { progress } from './shared/progress.ts'
import { backoff } from './shared/retry.ts'
import { runHook } from './shared/run-hook.ts'
import { readSettings, type Settings } from './shared/settings.ts'

await runHook('postdeploy', async (signal) => {
  const settings = readSettings(process.env)
  progress.heading(`Site ${settings.web.name}`)
  const failing = await untilReady(settings, readLimits(process.env), signal)
  progress.plain(`\n  Site        ${settings.web.uri}`)
  progress.plain(`  Log stream  ${logStreamOf(settings)}`)
  if (failing.length === 0) return
  if (!settings.rolesAssigned && !failing.some(needsNoRole)) {
    progress.warning(
      'The rest answers once an administrator has assigned the roles: azd hooks run postprovision',
    )
    return
  }
  // Code 1 makes azd call the deployment failed, and a pipeline red: it shall not go green over a site that cannot
  // serve. Nothing is rolled back, and asking again costs nothing.
  throw new Failure(remedyFor(failing))
})
leaveRoom()

/** Polls until all answers that can, or the time is up. Says each check once, and again when it changes. */
async function untilReady(settings: Settings, limits: Limits, signal: AbortSignal): Promise<string[]> {
  const end = Date.now() + limits.readyMs
  const said = new Map<string, string>()
  for (let tries = 0; ; tries += 1) {
    const checks = await askReadiness(settings.web.uri, signal)
    for (const { name, ok, line } of checks) {
      const print = ok ? progress.done : progress.waiting
      if (said.get(name) !== line) print(line)
      said.set(name, line)
    }
    const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name)
    const worthWaiting = settings.rolesAssigned ? failing : failing.filter(needsNoRole)
    if (worthWaiting.length === 0 || Date.now() >= end) return failing
    await setTimeout(backoff(tries, limits), undefined, { signal })
  }
}

/** The hook that runs after provisioning lets the site into the database; roles are for the others. */
function needsNoRole(name: string): boolean {
  return name === site || name === database
}

function remedyFor(failing: string[]): string {
  const again = 'run `azd hooks run postdeploy`'
  const [first] = failing
  if (first === site) {
    return 'The site does not answer: look for its error in the log stream above, then run `azd deploy`.'
  }
  const problem = `The site is up, but ${failing.join(' and ')} did not answer it in time`
  if (failing.includes(database)) {
    return `${problem}: run \`azd hooks run postprovision\`, which makes the site's SQL user, then ${again}.`
  }
  return `${problem}: a new role works after up to ten minutes, so wait a little, then ${again}.`
}

/**
 * In a terminal, `azd up` draws its table of services for the last time over the lines above the cursor, as many as the
 * table has: two, and one for each service. These are for it to take.
 */
function leaveRoom(): void {
  if (process.stdout.isTTY) progress.plain('\n'.repeat(2))
}

// The page of the portal that shows what the site prints.
function logStreamOf({ tenantId, subscriptionId, resourceGroup, web }: Settings): string {
  return `https://portal.azure.com/#@${tenantId}/resource/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/sites/${web.name}/logStream`
}
