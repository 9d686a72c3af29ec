// TLS as TDS 7 has it: the handshake travels inside PRELOGIN messages, everything after it does not (MS-TDS 3.2.5.1).
import type { Socket } from 'node:net'
import { duplexPair } from 'node:stream'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { FIRST_PACKET_SIZE, firstPacket, messageType, packetsOf } from './packets.ts'

/** Prepares a certificate. Not TLS 1.3, whose handshake goes on after the client has stopped wrapping it. */
export function secureContextFor(certificate: { key: string; cert: string }): SecureContext {
  return createSecureContext({ ...certificate, maxVersion: 'TLSv1.2' })
}

/**
 * Puts TLS on a socket on which PRELOGIN has been exchanged.
 *
 * @returns the plain side; when it fails, the socket is destroyed
 */
export function startTls(socket: Socket, secureContext: SecureContext): TLSSocket {
  const [inside, outside] = duplexPair()
  const secure = new TLSSocket(inside, { isServer: true, secureContext })

  const unwrap = createUnwrapper((data) => outside.write(data))
  let flight: Buffer[] = []

  // The client reads one message for each that it sent, so everything that TLS writes at once goes into one message.
  const sendFlight = () => {
    const message = Buffer.concat(flight)
    flight = []
    if (message.length > 0) socket.write(packetsOf(messageType.prelogin, message, FIRST_PACKET_SIZE))
  }

  outside.on('data', (chunk: Buffer) => {
    if (!unwrap.isWrapped()) {
      socket.write(chunk)
      return
    }
    flight.push(chunk)
    setImmediate(sendFlight)
  })
  socket.on('data', (chunk) => {
    try {
      unwrap.take(Buffer.from(chunk))
    } catch {
      socket.destroy()
    }
  })
  for (const stream of [secure, inside, outside]) stream.on('error', () => socket.destroy())
  secure.on('close', () => socket.end())
  socket.on('close', () => secure.destroy())
  return secure
}

/** Whether a connection begins with TLS itself, as in TDS 8. */
export function startsWithTls(bytes: Buffer): boolean {
  const handshake = 0x16
  return bytes[0] === handshake
}

/** Puts TLS on a socket of TDS 8, of which the first bytes have been read. */
export function startStrictTls(socket: Socket, first: Buffer, secureContext: SecureContext): TLSSocket {
  const [inside, outside] = duplexPair()
  const secure = new TLSSocket(inside, { isServer: true, secureContext, ALPNProtocols: ['tds/8.0'] })
  outside.write(first)
  socket.pipe(outside).pipe(socket)
  for (const stream of [secure, inside, outside]) stream.on('error', () => socket.destroy())
  secure.on('close', () => socket.end())
  socket.on('close', () => secure.destroy())
  return secure
}

/** Takes the handshake out of its packets, and passes on what comes after it as it is. */
function createUnwrapper(pass: (data: Buffer) => void) {
  let isWrapped = true
  let rest: Buffer = Buffer.alloc(0)

  return {
    isWrapped: () => isWrapped,
    take(chunk: Buffer): void {
      rest = Buffer.concat([rest, chunk])
      // The client decides when the wrapping ends: its first record of data has another first byte than PRELOGIN.
      while (rest.length > 0 && isWrapped) {
        isWrapped = rest[0] === messageType.prelogin
        if (!isWrapped) break
        const packet = firstPacket(rest)
        if (!packet) return
        rest = rest.subarray(packet.size)
        pass(packet.data)
      }
      if (rest.length > 0) pass(rest)
      rest = Buffer.alloc(0)
    },
  }
}
