// Waiting for what Azure needs time for, visibly and not for ever.
import { setTimeout } from 'node:timers/promises'
import { Failure } from './failure.ts'
import type { Limits } from './limits.ts'
import { say } from './progress.ts'

/** Something that goes away by itself. */
export type Obstacle = {
  /** Completes "Waiting for …". */
  waitingFor: string
  atMostMs: number
  /** The sentence to fail with after that. */
  otherwise: string
}

/**
 * Tries until it works.
 *
 * @param obstacleIn tells of an error what to wait for; throws where waiting does not help
 * @throws what `obstacleIn` throws, a Failure when an obstacle stays too long, or the signal's reason
 */
export async function patiently<T>(
  attempt: () => Promise<T>,
  obstacleIn: (error: unknown) => Obstacle | Promise<Obstacle>,
  limits: Limits,
  signal: AbortSignal,
): Promise<T> {
  const metAt = new Map<string, number>()
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      const { waitingFor, atMostMs, otherwise } = await obstacleIn(error)
      const met = metAt.get(waitingFor) ?? Date.now()
      metAt.set(waitingFor, met)
      const waited = Date.now() - met
      if (waited >= atMostMs) throw new Failure(otherwise)
      say.waiting(`Waiting for ${waitingFor}${waited >= 1000 ? ` (${Math.round(waited / 1000)} s)` : ''}`)
      await setTimeout(pauseAfter(tries, limits), undefined, { signal })
    }
  }
}

/** Grows by half each time. */
export function pauseAfter(tries: number, { firstPauseMs, longestPauseMs }: Limits): number {
  return Math.min(firstPauseMs * 1.5 ** tries, longestPauseMs)
}
