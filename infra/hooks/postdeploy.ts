// azd runs this after deploying the site. It waits until the site is ready, and prints what is missing if it is not.
import { setTimeout } from 'node:timers/promises'
import { database, fetchReadiness, site } from './readiness.ts'
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
  // With exit code 1, azd reports a failed deployment, so a pipeline fails when the site does not work. Nothing is rolled
  // back, and the hook can be run again.
  throw new Failure(remedyFor(failing))
})
leaveSpaceForTable()

/** Polls until all checks succeed that can, or the time is up. Prints each check once, and again when it changes. */
async function untilReady(settings: Settings, limits: Limits, signal: AbortSignal): Promise<string[]> {
  const end = Date.now() + limits.readyMs
  const printed = new Map<string, string>()
  for (let polls = 0; ; polls += 1) {
    const checks = await fetchReadiness(settings.web.uri, signal)
    for (const { name, ok, line } of checks) {
      const print = ok ? progress.done : progress.waiting
      if (printed.get(name) !== line) print(line)
      printed.set(name, line)
    }
    const failing = checks.filter(({ ok }) => !ok).map(({ name }) => name)
    const waitingFor = settings.rolesAssigned ? failing : failing.filter(needsNoRole)
    if (waitingFor.length === 0 || Date.now() >= end) return failing
    await setTimeout(backoff(polls, limits), undefined, { signal })
  }
}

/** The site itself and its database user need no role assignment; the other services do. */
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
 * Prints empty lines for `azd up` to overwrite: in a terminal, it redraws its table of services over the lines above the cursor,
 * two and one for each service.
 */
function leaveSpaceForTable(): void {
  if (process.stdout.isTTY) progress.plain('\n'.repeat(2))
}

// The page of the portal that shows what the site prints.
function logStreamOf({ portal, tenantId, subscriptionId, resourceGroup, web }: Settings): string {
  return `${portal}/#@${tenantId}/resource/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Web/sites/${web.name}/logStream`
}
