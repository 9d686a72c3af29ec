// POST /v2.1/track: items of telemetry, as a JSON array or one on each line, compressed or not.
import type { IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Answer } from '../http.ts'
import { problemOf, type TelemetryItem } from './items.ts'
import { type ItemError, trackError, trackResult } from './responses.ts'

/** Whether a request brings telemetry. Exporters use the newer address, older SDKs the other one. */
export function isTrack({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && /^\/v2(\.1)?\/track$/.test(url ?? '')
}

/** Reads the items of a request, and hands over those that are well formed. */
export async function track(
  request: IncomingMessage,
  instrumentationKey: string,
  accept: (items: TelemetryItem[]) => void,
): Promise<Answer> {
  const given = await readItems(request).catch(() => [])
  if (given.length === 0) return trackError(400)

  const errors: ItemError[] = []
  const accepted: TelemetryItem[] = []
  for (const [index, item] of given.entries()) {
    const message = problemOf(item, instrumentationKey)
    if (message) errors.push({ index, statusCode: 400, message })
    else accepted.push(item as TelemetryItem)
  }
  accept(accepted)
  return trackResult(given.length, errors)
}

async function readItems(request: IncomingMessage): Promise<unknown[]> {
  const body = await buffer(request)
  const isCompressed = request.headers['content-encoding'] === 'gzip'
  const text = String(isCompressed ? await promisify(gunzip)(body) : body).trim()
  if (text.startsWith('[')) return JSON.parse(text)
  return text.split('\n').map(parseLine)
}

/** The item of a line, or undefined when it is none: the other lines count all the same. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
