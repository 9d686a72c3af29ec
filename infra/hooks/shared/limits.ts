// How long the hooks wait, and for what. Each can be set in the azd environment, in seconds: azd env set HOOK_ROLE_SECONDS 1800
import * as z from 'zod'
import { Failure } from './failure.ts'

export type Limits = ReturnType<typeof readLimits>

const seconds = (preset: number) =>
  z.coerce
    .number()
    .positive()
    .default(preset)
    .transform((value) => value * 1000)

const limits = z.object({
  /** A paused database takes about a minute to wake up. */
  HOOK_DATABASE_SECONDS: seconds(3 * 60),
  /** A rule of a firewall works after up to five minutes. */
  HOOK_FIREWALL_SECONDS: seconds(5 * 60),
  /** A role works after up to ten minutes. */
  HOOK_ROLE_SECONDS: seconds(10 * 60),
  /** A server knows a new administrator within a minute or so. */
  HOOK_ADMINISTRATOR_SECONDS: seconds(3 * 60),
  /** A new site starts within about four minutes. */
  HOOK_READY_SECONDS: seconds(5 * 60),
  /** The first pause between two attempts, and the longest: they grow. */
  HOOK_FIRST_PAUSE_SECONDS: seconds(3),
  HOOK_LONGEST_PAUSE_SECONDS: seconds(10),
})

/**
 * Reads the waits.
 *
 * @throws {Failure} naming every one that is not a number of seconds
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
