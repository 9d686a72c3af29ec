// Removes from texts of the log what must not leave the process: query strings and addresses of clients. What looks like a
// token was removed by src/log.ts already.
import { isIPv6 } from 'node:net'

/** Cuts off queries, and replaces IP addresses. Takes time that is linear in the length of the text. */
export function redact(text: string): string {
  // Most texts have none of them.
  if (!/[?.:]/.test(text)) return text
  return text
    .replace(/\?[^\s"'<>()?]+/g, (query) => (query.includes('=') ? '?…' : query))
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, ADDRESS)
    .replace(/[\da-f:]{2,}/gi, (run) => (isIPv6(run) ? ADDRESS : run))
}

const ADDRESS = '[address]'
