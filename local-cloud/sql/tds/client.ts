// The server's end of one connection: messages in, responses out.
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createMessageReader, FIRST_PACKET_SIZE, type Message, messageType, packetsOf } from './packets.ts'

export interface Incoming extends Message {
  /** Aborts when the client cancels the request or leaves. */
  signal: AbortSignal
}

export type Client = ReturnType<typeof createClient>

export function createClient(socket: Socket, secure: TLSSocket) {
  let packetSize = FIRST_PACKET_SIZE
  const packets = (tokens: Buffer) => packetsOf(messageType.response, tokens, packetSize)

  return {
    address: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),

    /** Waits for the next message; resolves with undefined once the client has left. */
    next: createInbox(socket, secure),

    /** Uses packets of this size from now on. */
    agreeOn(size: number): void {
      packetSize = size
    },

    send(tokens: Buffer): void {
      secure.write(packets(tokens))
    },

    /** Sends the beginning of a response and drops the connection. */
    cut(tokens: Buffer, afterBytes: number): void {
      secure.write(packets(tokens).subarray(0, afterBytes), () => socket.destroy())
    },

    /** Sends a last response and closes the connection. */
    refuse(tokens: Buffer): void {
      secure.end(packets(tokens))
    },

    drop(): void {
      socket.destroy()
    },
  }
}

/** Collects messages as they arrive, and returns a function that takes them one by one. */
function createInbox(socket: Socket, secure: TLSSocket): () => Promise<Incoming | undefined> {
  const read = createMessageReader()
  const inbox: Incoming[] = []
  const left = new AbortController()
  let latest: AbortController | undefined
  let wake = () => {}

  function take(message: Message): void {
    if (message.type === messageType.attention) latest?.abort()
    latest = new AbortController()
    inbox.push({ ...message, signal: AbortSignal.any([latest.signal, left.signal]) })
    wake()
  }

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

  return async function next() {
    while (inbox.length === 0 && !socket.destroyed) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return socket.destroyed ? undefined : inbox.shift()
  }
}
