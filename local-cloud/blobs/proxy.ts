// Stands before Azurite: refuses what Azure would refuse, plays the faults, counts, and otherwise passes streams through.
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import { refuseAccess, refuseNetwork } from './access.ts'
import { storageError } from './errors.ts'

const requestsToRemember = 1000

type Options = { azuritePort: number; certificates: Certificates; identity: IdentityService }

/** Starts the endpoint that the app talks to. */
export async function startProxy({ azuritePort, certificates, identity }: Options) {
  const faults = new Faults()
  const requests: { method: string; url: string }[] = []
  const firewall = { closed: false }
  const agent = new https.Agent({ ca: certificates.ca, keepAlive: true })
  let openRequests = 0
  let openSockets = 0

  async function answer(request: IncomingMessage): Promise<Answer> {
    requests.push({ method: request.method ?? '', url: request.url ?? '' })
    if (requests.length > requestsToRemember) requests.shift()
    return withFault(
      faults.take(),
      storageError,
      () => refuseNetwork(request, firewall, identity) ?? refuseAccess(request, identity) ?? forward(request),
    )
  }

  /** Both bodies are piped, so a slow reader slows Azurite down instead of filling our memory. */
  async function forward(request: IncomingMessage): Promise<Answer> {
    const { method, url, headers } = request
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const upstream = https.request({
      host: '127.0.0.1',
      port: azuritePort,
      agent,
      method,
      path: url,
      headers,
    })
    upstream.once('response', resolve).on('error', reject)
    pipeline(request, upstream).catch(reject)
    try {
      const response = await promise
      return { status: response.statusCode ?? 502, headers: endToEnd(response.rawHeaders), body: response }
    } catch {
      return 'drop'
    }
  }

  const { server, port, close } = await serve(answer, certificates)
  server.on('request', (_, response) => {
    openRequests += 1
    response.once('close', () => {
      openRequests -= 1
    })
  })
  server.on('secureConnection', (socket) => {
    openSockets += 1
    socket.once('close', () => {
      openSockets -= 1
    })
  })

  return {
    port,
    faults,
    /** Closed, it lets in the app alone, which stands in the subnet. */
    firewall,
    /** The latest requests, oldest first, refused and failed ones too. */
    requests,
    /** Requests whose answer has not been taken to its end, nor given up. */
    get openRequests() {
      return openRequests
    },
    /** Connections that clients hold open, idle ones too. */
    get openSockets() {
      return openSockets
    },
    /** Forgets faults and requests, and lets everybody in again. */
    forget() {
      faults.clear()
      requests.length = 0
      firewall.closed = false
    },
    async close() {
      agent.destroy()
      await close()
    },
  }
}

/** Without the headers that speak of one connection only: ours is another one. */
function endToEnd(rawHeaders: string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2)
    if (!/^(connection|keep-alive|transfer-encoding)$/i.test(name)) kept.push(name, value)
  }
  return kept
}
