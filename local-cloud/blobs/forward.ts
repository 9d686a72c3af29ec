// Passes requests on to Azurite. Both bodies are piped, so a slow reader slows Azurite down and fills no memory here.
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { Answer } from '../http.ts'

export function createForwarder(port: number, ca: string) {
  const agent = new https.Agent({ ca, keepAlive: true })

  return {
    async forward(request: IncomingMessage): Promise<Answer> {
      const { method, url, headers } = request
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
      const upstream = https.request({ host: '127.0.0.1', port, agent, method, path: url, headers })
      upstream.once('response', resolve).on('error', reject)
      pipeline(request, upstream).catch(reject)
      try {
        const response = await promise
        return { status: response.statusCode ?? 502, headers: endToEnd(response.rawHeaders), body: response }
      } catch {
        return 'drop'
      }
    },
    close: () => agent.destroy(),
  }
}

/** The headers without those that hold for one connection only. */
function endToEnd(rawHeaders: string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!/^(connection|keep-alive|transfer-encoding)$/i.test(name)) kept.push(name, value)
  }
  return kept
}
