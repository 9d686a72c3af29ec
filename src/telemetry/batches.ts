// Envelopes that are sent together, packed, and what the endpoint's answer says about them:
// https://github.com/microsoft/ApplicationInsights-Home/blob/master/EndpointSpecs/ENDPOINT-PROTOCOL.md
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Envelope } from './envelopes.ts'
import type { Reply } from './post.ts'

/** The endpoint did not accept a request. */
export class IngestionError extends Error {
  override name = 'IngestionError'
  status: number
  retryAfter: string | undefined
  constructor({ status, retryAfter }: Pick<Reply, 'status' | 'retryAfter'>) {
    super(`The ingestion endpoint answered ${status}.`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** What an item of a request failed with, if it is worth another try. */
const TEMPORARY = [408, 429, 439, 500, 502, 503, 504]

/** The lowest level of compression makes telemetry a tenth as large already. */
export function pack(envelopes: Envelope[]): Uint8Array {
  // A copy, because zlib returns a part of a much larger buffer, which would be kept too. So would the pool of Buffer.from.
  return new Uint8Array(gzipSync(JSON.stringify(envelopes), { level: 1 }))
}

export function unpack(batch: Uint8Array): Envelope[] {
  return JSON.parse(gunzipSync(batch).toString())
}

/**
 * Returns what is to be sent again of a batch that was accepted in part, or undefined.
 *
 * @throws {IngestionError} when nothing of it was accepted
 */
export function remainderOf(batch: Uint8Array, reply: Reply): Uint8Array | undefined {
  if (reply.status === 200) return undefined
  if (reply.status !== 206) throw new IngestionError(reply)
  const { errors } = JSON.parse(reply.body) as { errors: { index: number; statusCode: number }[] }
  const again = new Set(errors.flatMap((each) => (TEMPORARY.includes(each.statusCode) ? [each.index] : [])))
  return again.size > 0 ? pack(unpack(batch).filter((_, index) => again.has(index))) : undefined
}
