// Sends telemetry to the ingestion endpoint, with a token of the shared credential. What cannot be sent is kept, up to a limit.
import { setTimeout } from 'node:timers/promises'
import type { TokenCredential } from '@azure/identity'
import { abortable } from '../azure/abortable.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { recording } from '../trace/steps.ts'
import { IngestionError, pack, remainderOf } from './batches.ts'
import type { ConnectionString } from './connection-string.ts'
import type { Envelope } from './envelopes.ts'
import { createOutage } from './outage.ts'
import { post, type Reply } from './post.ts'

export type Ingestion = ReturnType<typeof createIngestion>

/** The endpoint will never accept these: the request is malformed, or too large. */
const REFUSED = [400, 413]

/** Prepares to send telemetry. */
export function createIngestion(
  { ingestionEndpoint, audience }: ConnectionString,
  credential: TokenCredential,
  limits: Limits,
  log: Log,
) {
  const url = new URL('/v2.1/track', ingestionEndpoint)
  const outage = createOutage(limits, log)
  const batches: Uint8Array[] = []
  let keptBytes = 0
  let sending: Promise<void> | undefined

  return {
    /** Takes envelopes, to be sent soon. */
    add(envelopes: Envelope[]): void {
      keep(pack(envelopes))
      if (!outage.pausedMs()) send()
    },

    /** Tries to send all that is left, once, until the signal aborts. */
    async flush(signal: AbortSignal): Promise<void> {
      await abortable(sending ?? Promise.resolve(), signal).catch(() => {})
      if (!signal.aborted) await abortable(sendUnrecorded(), signal).catch(() => {})
    },
  }

  /** Keeps a batch, and drops the oldest ones when all together are too large. */
  function keep(batch: Uint8Array): void {
    batches.push(batch)
    keptBytes += batch.length
    while (keptBytes > limits.telemetryUnsentBytes && batches[0]) drop(batches[0])
  }

  function send(): void {
    sending ??= sendUnrecorded().finally(() => {
      sending = undefined
    })
  }

  /** Its requests belong to no trace, not even to that of the request whose telemetry filled the queue. */
  function sendUnrecorded(): Promise<void> {
    return recording.exit(sendAll)
  }

  /** Sends one batch after another. After a failure it stops, and goes on by itself after a pause. */
  async function sendAll(): Promise<void> {
    for (let batch = batches[0]; batch; batch = batches[0]) {
      try {
        const reply = await sendBatch(batch)
        const rest = remainderOf(batch, reply)
        drop(batch)
        if (rest) {
          keep(rest)
          throw new IngestionError(reply)
        }
        outage.end()
      } catch (error) {
        if (error instanceof IngestionError && REFUSED.includes(error.status)) drop(batch)
        outage.begin(error)
        void resume()
        return
      }
    }
  }

  async function resume(): Promise<void> {
    while (outage.pausedMs() > 0) await setTimeout(Math.ceil(outage.pausedMs()), undefined, { ref: false })
    send()
  }

  function drop(batch: Uint8Array): void {
    // It may have been dropped while it was sent.
    const index = batches.indexOf(batch)
    if (index < 0) return
    batches.splice(index, 1)
    keptBytes -= batch.length
  }

  async function sendBatch(batch: Uint8Array): Promise<Reply> {
    const signal = AbortSignal.timeout(limits.telemetrySendMs)
    const token = await abortable(credential.getToken(`${audience}/.default`), signal)
    const headers = {
      Authorization: `Bearer ${token?.token}`,
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
    }
    return post(url, headers, batch, signal)
  }
}
