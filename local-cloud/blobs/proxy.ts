// The proxy before Azurite: refuses what Azure would refuse, applies faults, remembers requests, and forwards the rest.
import type { IncomingMessage, Server } from 'node:http'
import { Activity, recorded, requestLine } from '../activity.ts'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import { callerOf } from '../identity/caller.ts'
import type { IdentityService } from '../identity/index.ts'
import { refuseAccess, refuseNetwork } from './access.ts'
import type { createArrowListings } from './arrow.ts'
import { storageError } from './errors.ts'
import { createForwarder } from './forward.ts'

const requestsToRemember = 1000

type Options = {
  azuritePort: number
  certificates: Certificates
  identity: IdentityService
  /** Answers the listings that Azurite cannot give in the format that is asked for. */
  listings: ReturnType<typeof createArrowListings>
}

/** Starts the endpoint that the app talks to. */
export async function startProxy({ azuritePort, certificates, identity, listings }: Options) {
  const faults = new Faults()
  const activity = new Activity()
  const requests: { method: string; url: string }[] = []
  const firewall = { closed: false }
  const readers = new Set([identity.app])
  const azurite = createForwarder(azuritePort, certificates.ca)

  async function listed(request: IncomingMessage): Promise<Answer> {
    return (await listings(request)) ?? azurite.forward(request)
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    requests.push({ method: request.method ?? '', url: request.url ?? '' })
    if (requests.length > requestsToRemember) requests.shift()
    return withFault(
      faults.take(requestLine(request)),
      storageError,
      () =>
        refuseNetwork(request, firewall, identity) ??
        refuseAccess(request, readers, identity) ??
        listed(request),
    )
  }

  const { server, port, close } = await serve(
    recorded(answer, activity, (request) => callerOf(request, identity)),
    certificates,
  )
  const open = countOpen(server)

  return {
    port,
    faults,
    /** When closed, only the app has access, as if from its subnet. */
    firewall,
    /** Who may read blobs, besides the deployer: the app, unless a test changes it. */
    readers,
    /** The latest requests, oldest first, refused and failed ones too. */
    requests,
    activity,
    /** Requests whose answer has not been taken to its end, nor given up. */
    get openRequests() {
      return open.requests
    },
    /** Connections that clients hold open, idle ones too. */
    get openSockets() {
      return open.sockets
    },
    /** Forgets faults and requests, lets everybody in again, and makes the app the only reader. */
    forget() {
      faults.clear()
      requests.length = 0
      activity.clear()
      firewall.closed = false
      readers.clear()
      readers.add(identity.app)
    },
    async close() {
      azurite.close()
      await close()
    },
  }
}

function countOpen(server: Server) {
  const open = { requests: 0, sockets: 0 }
  server.on('request', (_, response) => {
    open.requests += 1
    response.once('close', () => {
      open.requests -= 1
    })
  })
  server.on('secureConnection', (socket) => {
    open.sockets += 1
    socket.once('close', () => {
      open.sockets -= 1
    })
  })
  return open
}
