// The errors of the token endpoint.
import { randomUUID } from 'node:crypto'
import { type Answer, json } from '../http.ts'

/** An error in the shape in which App Service gives it. */
export function refuse(
  statusCode: number,
  message = 'The identity service is not well.',
  headers = {},
): Answer {
  return json(statusCode, { statusCode, message, correlationId: randomUUID() }, headers)
}

/** The error for a request that App Service would refuse whichever identity it names, or nothing. */
export function refuseRequest(
  givenHeader: unknown,
  query: URLSearchParams,
  header: string,
): Answer | undefined {
  if (givenHeader === undefined) return refuse(401, 'X-IDENTITY-HEADER is missing.')
  if (givenHeader !== header) return refuse(403, 'X-IDENTITY-HEADER is wrong.')
  if (query.get('api-version') !== '2019-08-01') return refuse(400, 'Use api-version 2019-08-01.')
  if (!query.get('resource')) return refuse(400, 'The resource is missing.')
  return undefined
}
