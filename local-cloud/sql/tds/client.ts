// The server's end of one connection: messages in, answers out.
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createMessageReader, FIRST_PACKET_SIZE, type Message, messageType, packetsOf } from './packets.ts'

export interface Incoming extends Message {
  /** Aborts when the client takes the request back, or leaves. */
  signal: AbortSignal
}

export type Client = ReturnType<typeof createClient>

export function createClient(socket: Socket, secure: TLSSocket) {
  const read = createMessageReader()
  const inbox: Incoming[] = []
  const left = new AbortController()
  let latest: AbortController | undefined
  let packetSize = FIRST_PACKET_SIZE
  let wake = () => {}

  secure.on('data', (chunk: Buffer) => {
    try {
      for (const message of read(chunk)) take(message)
    } catch {
      socket.destroy()
    }
  })
  socket.on('close', () => {
    left.abort()
    wake()
  })

  function take(message: Message): void {
    if (message.type === messageType.attention) latest?.abort()
    latest = new AbortController()
    inbox.push({ ...message, signal: AbortSignal.any([latest.signal, left.signal]) })
    wake()
  }

  return {
    address: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),

    /** Waits for the next message; gives undefined once the client has left. */
    async next(): Promise<Incoming | undefined> {
      while (inbox.length === 0 && !socket.destroyed) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return socket.destroyed ? undefined : inbox.shift()
    },

    /** Uses packets of this size from now on. */
    agreeOn(size: number): void {
      packetSize = size
    },

    send(tokens: Buffer): void {
      secure.write(packetsOf(messageType.response, tokens, packetSize))
    },

    /** Sends the beginning of an answer, and breaks off. */
    cut(tokens: Buffer, afterBytes: number): void {
      secure.write(packetsOf(messageType.response, tokens, packetSize).subarray(0, afterBytes), () =>
        socket.destroy(),
      )
    },

    /** Sends a last answer, and hangs up. */
    refuse(tokens: Buffer): void {
      secure.end(packetsOf(messageType.response, tokens, packetSize))
    },

    drop(): void {
      socket.destroy()
    },
  }
}
