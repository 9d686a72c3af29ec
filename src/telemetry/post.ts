// One HTTPS request. It follows no redirect, so that nothing goes to another host.
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'

export interface Reply {
  status: number
  retryAfter: string | undefined
  body: string
}

/** One connection is enough, and it stays open between the requests. */
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** How much of an answer is read. The longest names each item of a request. */
const LONGEST_BODY = 256 * 1024

/**
 * Sends a body and waits for the whole answer.
 *
 * @throws the signal's reason once it has aborted, or the error of the connection
 */
export async function post(
  url: URL,
  headers: Record<string, string>,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  request(url, {
    agent,
    method: 'POST',
    headers: { ...headers, 'Content-Length': body.length },
    signal,
  })
    .on('response', resolve)
    .on('error', (error) => reject(signal.aborted ? signal.reason : error))
    .end(body)
  const response = await promise
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    body: await textOf(response),
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    if (text.length > LONGEST_BODY) throw new Error('The answer is too long.')
  }
  return text
}
