// Sends telemetry to the ingestion endpoint, with a token of the shared credential. What cannot be sent is kept, up to a limit.
import { setTimeout } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { TokenCredential } from '@azure/identity'
import { abortable } from '../azure/abortable.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import type { ConnectionString } from './connection-string.ts'
import type { Envelope } from './envelopes.ts'
import { createOutage } from './outage.ts'
import { post, type Reply } from './post.ts'

export type Ingestion = ReturnType<typeof createIngestion>

/** The endpoint will never accept these: the request is malformed, or too large. */
const REFUSED = [400, 413]

/** Items of a request that was accepted in part are worth another try when they failed with one of these. */
const TEMPORARY = [408, 429, 439, 500, 502, 503, 504]

/**
 * Prepares to send telemetry.
 *
 * @param unrecorded runs work so that its requests are no part of any trace
 */
export function createIngestion(
  { ingestionEndpoint, audience }: ConnectionString,
  credential: TokenCredential,
  limits: Limits,
  log: Log,
  unrecorded: <T>(work: () => T) => T,
) {
  const url = new URL('/v2.1/track', ingestionEndpoint)
  const outage = createOutage(limits, log)
  let batches: Buffer[] = []
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
      if (!signal.aborted) await abortable(unrecorded(sendAll), signal).catch(() => {})
    },
  }

  /** Keeps a batch, and drops the oldest ones when all together are too large. */
  function keep(batch: Buffer): void {
    batches.push(batch)
    let bytes = batches.reduce((sum, { length }) => sum + length, 0)
    while (bytes > limits.telemetryUnsentBytes) bytes -= batches.shift()?.length ?? bytes
  }

  function send(): void {
    sending ??= unrecorded(sendAll).finally(() => {
      sending = undefined
    })
  }

  /** Sends one batch after another. After a failure it stops, and goes on by itself after a pause. */
  async function sendAll(): Promise<void> {
    for (let batch = batches[0]; batch; batch = batches[0]) {
      try {
        const rest = accepted(await sendBatch(batch), batch)
        drop(batch)
        if (rest) keep(rest)
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

  function drop(batch: Buffer): void {
    batches = batches.filter((each) => each !== batch)
  }

  async function sendBatch(batch: Buffer): Promise<Reply> {
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

/** The endpoint did not accept a request. */
export class IngestionError extends Error {
  override name = 'IngestionError'
  status: number
  retryAfter: string | undefined
  constructor({ status, retryAfter }: Reply) {
    super(`The ingestion endpoint answered ${status}.`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/**
 * Returns what is to be sent again of a batch that was accepted in part.
 *
 * @throws {IngestionError} when nothing of it was accepted
 */
function accepted(reply: Reply, batch: Buffer): Buffer | undefined {
  if (reply.status === 200) return undefined
  if (reply.status !== 206) throw new IngestionError(reply)
  const { errors } = JSON.parse(reply.body) as { errors: { index: number; statusCode: number }[] }
  const again = new Set(errors.flatMap((each) => (TEMPORARY.includes(each.statusCode) ? [each.index] : [])))
  return again.size > 0 ? pack(unpack(batch).filter((_, index) => again.has(index))) : undefined
}

/** The lowest level of compression makes telemetry a tenth as large already. */
function pack(envelopes: Envelope[]): Buffer {
  // A copy, because zlib returns a part of a larger buffer, which would be kept too.
  return Buffer.from(gzipSync(JSON.stringify(envelopes), { level: 1 }))
}

function unpack(batch: Buffer): Envelope[] {
  return JSON.parse(gunzipSync(batch).toString())
}
