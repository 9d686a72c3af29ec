// A value that is kept in memory for a while. Simultaneous callers share one read of it.
import type { Limits } from '../limits.ts'
import { memoryReads } from './reports.ts'
import { createSingleFlight } from './single-flight.ts'

/**
 * Caches what `read` returns. Unlike the secret (secret.ts), it is not used any longer when it cannot be read again.
 *
 * @param what its name, for the trace
 */
export function cached<T>(
  what: string,
  lifetimeMs: number,
  limits: Pick<Limits, 'coalesceMs'>,
  read: (signal: AbortSignal) => Promise<T>,
): (signal: AbortSignal) => Promise<T> {
  const coalesce = createSingleFlight<T>(limits)
  let latest: { value: T; since: Date; sinceMs: number } | undefined

  return async (signal) => {
    // In the time of performance.now(), because the system clock can be set back.
    if (latest && performance.now() - latest.sinceMs < lifetimeMs) {
      memoryReads.publish({ what, since: latest.since })
      return latest.value
    }
    const value = await coalesce(what, signal, read)
    latest = { value, since: new Date(), sinceMs: performance.now() }
    return value
  }
}
