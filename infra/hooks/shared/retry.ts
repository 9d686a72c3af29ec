// Retries operations with growing pauses and a time limit, and prints what it waits for.
import { setTimeout } from 'node:timers/promises'
import { Failure } from './failure.ts'
import type { Limits } from './limits.ts'
import { progress } from './progress.ts'

/** An error that goes away by itself. */
export type Transient = {
  /** Completes "Waiting for …". */
  waitingFor: string
  atMostMs: number
  /** The message of the failure after that. */
  otherwise: string
}

/**
 * Retries an operation until it succeeds.
 *
 * @param classify returns what to wait for after an error; throws when waiting does not help
 * @throws what `classify` throws, a Failure when the wait is over, or the signal's reason
 */
export async function retry<T>(
  operation: () => Promise<T>,
  classify: (error: unknown) => Transient | Promise<Transient>,
  limits: Limits,
  signal: AbortSignal,
): Promise<T> {
  const firstSeen = new Map<string, number>()
  for (let retries = 0; ; retries += 1) {
    signal.throwIfAborted()
    try {
      return await operation()
    } catch (error) {
      signal.throwIfAborted()
      const { waitingFor, atMostMs, otherwise } = await classify(error)
      const since = firstSeen.get(waitingFor) ?? Date.now()
      firstSeen.set(waitingFor, since)
      const waitedMs = Date.now() - since
      if (waitedMs >= atMostMs) throw new Failure(otherwise)
      progress.waiting(
        `Waiting for ${waitingFor}${waitedMs >= 1000 ? ` (${Math.round(waitedMs / 1000)} s)` : ''}`,
      )
      await setTimeout(backoff(retries, limits), undefined, { signal })
    }
  }
}

/** The pause before the next retry: each is 1.5 times as long as the one before. */
export function backoff(retries: number, { firstPauseMs, longestPauseMs }: Limits): number {
  return Math.min(firstPauseMs * 1.5 ** retries, longestPauseMs)
}
