// Removes from texts of the log what must not leave the process: query strings and addresses of clients. What looks like a
// token was removed by src/log.ts already.
import { isIP } from 'node:net'

/** Cuts off queries, and hides IP addresses. Takes time that is linear in the length of the text. */
export function redact(text: string): string {
  return text
    .replace(/\?[^\s"'<>()]{0,4096}/g, (query) => (query.includes('=') ? '?…' : query))
    .replace(/[\da-f.:[\]]{3,}/gi, (run) => (isAddress(run) ? '[address]' : run))
}

/** An IP address, perhaps with a port, brackets or the point that ends a sentence. */
function isAddress(run: string): boolean {
  const bare = run.replace(/^[.:[\]]+(?=\d)|[.\]]+$/g, '')
  return [run, bare, bare.replace(/^\[/, ''), bare.replace(/\]?:\d*$/, '').replace(/^\[/, '')].some(
    (each) => isIP(each) > 0,
  )
}
