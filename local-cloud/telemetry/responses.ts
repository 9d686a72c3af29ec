// The answers of the ingestion endpoint, which have one shape for success and for errors:
// https://github.com/microsoft/ApplicationInsights-Home/blob/master/EndpointSpecs/ENDPOINT-PROTOCOL.md
import { type Answer, json } from '../http.ts'

/** An item that was not accepted: its place in the request, and why. */
export type ItemError = { index: number; statusCode: number; message: string }

/** The answer to items, of which all, some or none were accepted. */
export function trackResult(received: number, errors: ItemError[]): Answer {
  const itemsAccepted = received - errors.length
  const status = errors.length === 0 ? 200 : itemsAccepted > 0 ? 206 : 400
  return json(status, { itemsReceived: received, itemsAccepted, errors })
}

/** The answer to a request of which no item was looked at. */
export function trackError(
  status: number,
  message = usual[status] ?? 'The service encountered an error.',
  headers?: Record<string, string>,
): Answer {
  const errors: ItemError[] = [{ index: 0, statusCode: status, message }]
  return json(status, { itemsReceived: 0, itemsAccepted: 0, errors }, headers)
}

const usual: Record<number, string> = {
  400: 'The request has no telemetry that can be read.',
  402: 'Daily quota exceeded.',
  403: 'The credentials do not grant permission to send telemetry to this component.',
  404: 'There is nothing at this address.',
  429: 'Too many requests.',
  439: 'Daily quota exceeded',
  500: 'Internal server error.',
  503: 'The service is unavailable.',
}
