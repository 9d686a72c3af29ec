// The life of one connection: PRELOGIN, TLS, login, and then requests until the client leaves.
import type { Socket } from 'node:net'
import { createClient } from '../tds/client.ts'
import { FIRST_PACKET_SIZE, firstPacket, messageType, packetsOf } from '../tds/packets.ts'
import { preloginResponse } from '../tds/prelogin.ts'
import { startTls } from '../tds/tls.ts'
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

async function converse(socket: Socket, state: ServerState): Promise<void> {
  const client = createClient(socket, startTls(socket, state.secureContext))
  const principal = await logIn(client, state)
  if (!principal) return
  await serveRequests(client, openSession(state.options.database, principal), state)
}
