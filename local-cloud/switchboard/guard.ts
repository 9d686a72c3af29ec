// Who may use the switchboard: a browser on this machine that shows the switchboard's own page, and no other site in it.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Answer } from '../http.ts'

export const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; img-src 'self'; script-src 'self'; style-src 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not no-referrer, with which browsers send `Origin: null`.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * The error for a request that came by another name than that of this machine, or nothing. Another site may give its own name
 * this address (DNS rebinding), and its pages would then count as the switchboard's.
 */
export function refuseHost({ host }: IncomingHttpHeaders, port: number): Answer | undefined {
  if (host === `127.0.0.1:${port}` || host === `localhost:${port}`) return undefined
  return refuse(421, `Use http://127.0.0.1:${port}.`)
}

/** The error for a form that is not the switchboard's own, or nothing. */
export function refuseForm(
  headers: IncomingHttpHeaders,
  form: URLSearchParams,
  token: string,
): Answer | undefined {
  const { origin, host } = headers
  const site = headers['sec-fetch-site'] ?? 'same-origin'
  if (origin !== `http://${host}` || site !== 'same-origin')
    return refuse(403, 'This form is of another site.')
  if (!isEqual(form.get('token') ?? '', token))
    return refuse(403, 'This form is out of date: reload the page.')
  return undefined
}

export function refuse(status: number, message: string, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: `${message}\n`,
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
