// What happens while telemetry cannot be sent: growing pauses, and two log lines, one at the start and one at the end.
import { retryAfterMs } from '../azure/retry-after.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'

const FIRST_PAUSE_MS = 1_000
/** The longest pause that the endpoint may ask for: when a daily quota is used up, it asks for hours. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000

/** Keeps track of whether telemetry can be sent. */
export function createOutage({ telemetryPauseMs }: Pick<Limits, 'telemetryPauseMs'>, log: Log) {
  let failures = 0
  /** In the time of performance.now(). */
  let pausedUntil = 0

  return {
    /** How long to wait before the next request, or 0. */
    pausedMs: () => Math.max(0, pausedUntil - performance.now()),

    /** Notes that a request has failed. */
    begin(error: unknown): void {
      failures += 1
      // The line itself is telemetry, and is sent when the outage is over.
      if (failures === 1) log.warn({ err: error }, 'telemetry cannot be sent')
      const pause = Math.min(telemetryPauseMs, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20))
      const { retryAfter } = error as { retryAfter?: string }
      pausedUntil =
        performance.now() + Math.max(pause, Math.min(retryAfterMs(retryAfter), LONGEST_RETRY_AFTER_MS))
    },

    /** Notes that a request has succeeded. */
    end(): void {
      if (failures > 0) log.info('telemetry is sent again')
      failures = 0
      pausedUntil = 0
    },
  }
}
