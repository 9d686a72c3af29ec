// The errors of the token endpoint.
import { randomUUID } from 'node:crypto'
import { type Answer, json } from '../http.ts'
import type { Principal } from './tokens.ts'

/** An error in the shape in which App Service gives it. */
export function refuse(
  statusCode: number,
  message = 'The identity service is not well.',
  headers = {},
): Answer {
  return json(statusCode, { statusCode, message, correlationId: randomUUID() }, headers)
}

/** The error for a request that App Service would refuse, or nothing when a token may be issued. */
export function refuseRequest(
  givenHeader: unknown,
  query: URLSearchParams,
  { header, app }: { header: string; app: Principal },
): Answer | undefined {
  if (givenHeader === undefined) return refuse(401, 'X-IDENTITY-HEADER is missing.')
  if (givenHeader !== header) return refuse(403, 'X-IDENTITY-HEADER is wrong.')
  if (query.get('api-version') !== '2019-08-01') return refuse(400, 'Use api-version 2019-08-01.')
  if (!query.get('resource')) return refuse(400, 'The resource is missing.')
  // Without a system-assigned identity there is none to use when the client id is missing.
  if (query.get('client_id') !== app.clientId)
    return refuse(400, 'Unable to load the proper Managed Identity.')
  return undefined
}
