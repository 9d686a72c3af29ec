// What happens while telemetry cannot be sent: pauses that grow, and two lines in the log, one at the begin and one at the end.
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'

const FIRST_PAUSE_MS = 1_000
/** The longest pause that the endpoint may ask for. A used up daily quota makes it ask for hours. */
const LONGEST_RETRY_AFTER_MS = 60 * 60_000

/** Keeps track of whether telemetry can be sent. */
export function createOutage({ telemetryPauseMs }: Pick<Limits, 'telemetryPauseMs'>, log: Log) {
  let failures = 0
  /** In the time of performance.now(). */
  let pausedUntil = 0

  return {
    /** How long to wait with the next request: 0 when there is no need to wait. */
    pausedMs: () => Math.max(0, pausedUntil - performance.now()),

    /** Notes that a request has failed. */
    begin(error: unknown): void {
      failures += 1
      // The line itself is telemetry, and is sent when the outage is over.
      if (failures === 1) log.warn({ err: error }, 'telemetry cannot be sent')
      const pause = Math.min(telemetryPauseMs, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 20))
      pausedUntil = performance.now() + Math.max(pause, retryAfterMs(error))
    },

    /** Notes that a request has succeeded. */
    end(): void {
      if (failures > 0) log.info('telemetry is sent again')
      failures = 0
      pausedUntil = 0
    },
  }
}

/** Retry-After holds seconds or a date. */
function retryAfterMs(error: unknown): number {
  const { retryAfter = '' } = error as { retryAfter?: string }
  const milliseconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.now()
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_RETRY_AFTER_MS) : 0
}
