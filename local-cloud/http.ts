// The HTTP server of all services but SQL: a free loopback port, responses as data, and faults.
import { once } from 'node:events'
import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import type { Fault } from './faults.ts'

/** A response, or a dropped connection. Headers may be Node's flat list of names and values. */
export type Answer =
  | 'drop'
  | {
      status: number
      headers?: OutgoingHttpHeaders | string[]
      body: string | Readable
      /** How many bytes go out before the connection is dropped, or kept open in silence. */
      cutAfter?: number
      stallAfter?: number
    }

export type Handler = (request: IncomingMessage) => Answer | Promise<Answer>

/** Starts a server on a free port. */
export async function serve(answer: Handler, certificate?: { key: string; cert: string }) {
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await send(await answer(request), response)
    } catch (error) {
      if (response.headersSent) response.destroy()
      else response.writeHead(500).end(`The local cloud failed: ${error}`)
    }
  }
  const server = certificate ? https.createServer(certificate, handle) : http.createServer(handle)
  // Longer than any test pauses: a client that reuses a connection must not find it closed.
  server.keepAliveTimeout = 120_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    server,
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** Applies a fault, or responds as usual when there is none. */
export async function withFault(
  fault: Fault | undefined,
  fail: (fault: Extract<Fault, { kind: 'fail' }>) => Answer,
  usual: () => Answer | Promise<Answer>,
): Promise<Answer> {
  switch (fault?.kind) {
    case 'fail':
      return fail(fault)
    case 'hang':
      return new Promise<never>(() => {})
    case 'drop':
      return 'drop'
    case 'delay':
      await setTimeout(fault.milliseconds, undefined, { ref: false })
      return usual()
    case 'cut': {
      const answer = await usual()
      if (answer === 'drop') return answer
      const { afterBytes } = fault
      return { ...answer, cutAfter: afterBytes === 'half' ? Math.floor(lengthOf(answer) / 2) : afterBytes }
    }
    case 'stall': {
      const answer = await usual()
      return answer === 'drop' ? answer : { ...answer, stallAfter: fault.afterBytes }
    }
    default:
      return usual()
  }
}

/** The length of a body: its own, or as the headers say. */
function lengthOf({ headers = {}, body }: Exclude<Answer, 'drop'>): number {
  if (typeof body === 'string') return Buffer.byteLength(body)
  const pairs = Array.isArray(headers)
    ? headers.map((name, index) => [name, headers[index + 1]] as const)
    : Object.entries(headers)
  const [, length] = pairs.find(([name]) => name.toLowerCase() === 'content-length') ?? []
  return Number(length ?? 0)
}

/** An answer in JSON. */
export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  }
}

async function send(answer: Answer, response: ServerResponse): Promise<void> {
  if (answer === 'drop') {
    response.destroy()
    return
  }
  const { status, headers = {}, body, cutAfter, stallAfter } = answer
  if (typeof body === 'string') response.setHeader('content-length', Buffer.byteLength(body))
  response.writeHead(status, headers)
  const content = typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body
  // A client that leaves ends the content too, even when it left before there was any.
  const part = cutAfter ?? stallAfter
  if (part === undefined) return pipeline(content, response)
  await sendPart(content, part, response)
  // In silence, until the client gives up.
  if (stallAfter !== undefined) await once(response, 'close')
  response.destroy()
}

async function sendPart(content: Readable, bytes: number, response: ServerResponse): Promise<void> {
  let left = bytes
  for await (const chunk of content as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, left)
    left -= part.length
    // Wait until it is out: destroying the connection throws away what is still in a buffer.
    await new Promise((sent) => response.write(part, sent))
    if (left === 0) break
  }
}
