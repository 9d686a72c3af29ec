// The life of one connection: PRELOGIN, TLS, login, and then requests until the client leaves.
import type { Socket } from 'node:net'
import { type Client, createClient } from '../tds/client.ts'
import { FIRST_PACKET_SIZE, firstPacket, messageType, packetsOf } from '../tds/packets.ts'
import { preloginResponse } from '../tds/prelogin.ts'
import { startStrictTls, startsWithTls, startTls } from '../tds/tls.ts'
import { logIn } from './login.ts'
import { serveRequests } from './serve.ts'
import { openSession } from './session.ts'
import type { ServerState } from './state.ts'

/** Serves a client. Bytes that make no sense end its own connection and nothing else. */
export function serveConnection(socket: Socket, state: ServerState): void {
  let bytes: Buffer = Buffer.alloc(0)
  const awaitPrelogin = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    try {
      if (startsWithTls(bytes)) {
        socket.off('data', awaitPrelogin)
        converseStrictly(socket, bytes, state).catch(() => socket.destroy())
        return
      }
      const packet = firstPacket(bytes)
      if (!packet) return
      if (packet.type !== messageType.prelogin) throw new RangeError('A connection begins with PRELOGIN.')
      const answer = preloginResponse(packet.data)
      socket.off('data', awaitPrelogin)
      socket.write(packetsOf(messageType.response, answer, FIRST_PACKET_SIZE))
      converse(socket, state).catch(() => socket.destroy())
    } catch {
      socket.destroy()
    }
  }
  socket.on('data', awaitPrelogin)
  socket.on('error', () => socket.destroy())
}

/** TDS 8, which drivers call strict encryption: TLS comes first, and PRELOGIN inside it. */
async function converseStrictly(socket: Socket, first: Buffer, state: ServerState): Promise<void> {
  const client = createClient(socket, startStrictTls(socket, first, state.secureContext))
  const message = await client.next()
  if (!message) return
  if (message.type !== messageType.prelogin) throw new RangeError('A connection begins with PRELOGIN.')
  client.send(preloginResponse(message.payload))
  await serveClient(client, state)
}

async function converse(socket: Socket, state: ServerState): Promise<void> {
  await serveClient(createClient(socket, startTls(socket, state.secureContext)), state)
}

async function serveClient(client: Client, state: ServerState): Promise<void> {
  const principal = await logIn(client, state)
  if (!principal) return
  await serveRequests(client, openSession(state.options.database, principal), state)
}
