// Watches the HTTP requests that this process sends, for what they carry and where to.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { TestContext } from 'node:test'

type SentRequest = {
  port: number
  path: string
  /** Without `authorization`. */
  headers: string
  authorization: string | undefined
}

const channel = 'http.client.request.start'

/** Records every request of node:http and node:https, which the Azure SDK uses, until the test ends. */
export function watchRequests(t: TestContext): SentRequest[] {
  const sent: SentRequest[] = []
  const record = (message: unknown) => {
    const { request } = message as { request: ClientRequest }
    const { authorization, ...headers } = request.getHeaders()
    sent.push({
      port: Number(new URL(`http://${request.getHeader('host')}`).port),
      path: request.path,
      headers: JSON.stringify(headers),
      authorization: authorization?.toString(),
    })
  }
  subscribe(channel, record)
  t.after(() => unsubscribe(channel, record))
  return sent
}
