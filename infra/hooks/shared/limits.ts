// How long the hooks wait. Each time can be set in the azd environment, in seconds: azd env set HOOK_ROLE_SECONDS 1800
import * as z from 'zod'
import { Failure } from './failure.ts'

export type Limits = ReturnType<typeof readLimits>

const seconds = (defaultValue: number) =>
  z.coerce
    .number()
    .positive()
    .default(defaultValue)
    .transform((value) => value * 1000)

const limits = z.object({
  /** A paused database takes about a minute to wake up. */
  HOOK_DATABASE_SECONDS: seconds(3 * 60),
  /** A firewall rule takes effect within five minutes. */
  HOOK_FIREWALL_SECONDS: seconds(5 * 60),
  /** A role assignment takes effect within ten minutes. */
  HOOK_ROLE_SECONDS: seconds(10 * 60),
  /** A server accepts a new administrator within about a minute. */
  HOOK_ADMINISTRATOR_SECONDS: seconds(3 * 60),
  /** A new site starts within about four minutes. */
  HOOK_READY_SECONDS: seconds(5 * 60),
  /** The pauses between retries grow from the first to the longest. */
  HOOK_FIRST_PAUSE_SECONDS: seconds(3),
  HOOK_LONGEST_PAUSE_SECONDS: seconds(10),
})

/**
 * Reads the limits.
 *
 * @throws {Failure} naming every variable that is not a number of seconds
 */
export function readLimits(env: Record<string, string | undefined>) {
  const given = Object.fromEntries(Object.keys(limits.shape).map((name) => [name, env[name] || undefined]))
  const { data, error } = limits.safeParse(given)
  if (!data) {
    const names = error.issues.map(({ path }) => path.join('.')).join(', ')
    throw new Failure(`Not a number of seconds: ${names}; set it with \`azd env set\`, or remove it.`)
  }
  return {
    databaseMs: data.HOOK_DATABASE_SECONDS,
    firewallMs: data.HOOK_FIREWALL_SECONDS,
    roleMs: data.HOOK_ROLE_SECONDS,
    administratorMs: data.HOOK_ADMINISTRATOR_SECONDS,
    readyMs: data.HOOK_READY_SECONDS,
    firstPauseMs: data.HOOK_FIRST_PAUSE_SECONDS,
    longestPauseMs: data.HOOK_LONGEST_PAUSE_SECONDS,
  }
}
