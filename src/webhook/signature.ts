// Signatures as GitHub makes them: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Parses the X-Hub-Signature-256 header. Node.js joins repeated headers with a comma, so they do not match either.
 *
 * @returns the 32 bytes of the signature, or undefined if the header is missing or malformed
 */
export function parseSignature(header: string | undefined): Buffer | undefined {
  const digits = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')?.[1]
  return digits === undefined ? undefined : Buffer.from(digits, 'hex')
}

/** Whether the body was signed with one of the keys. Tries them all, so that the time does not reveal which one it was. */
export function isSignedWith(keys: string[], body: Buffer, signature: Buffer): boolean {
  const matches = keys.map((key) =>
    timingSafeEqual(createHmac('sha256', key).update(body).digest(), signature),
  )
  return matches.includes(true)
}
