// Lists of what a subscription has, in pages.
import type { IncomingMessage } from 'node:http'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

const pageSize = 50

/** Answers GET with one page, and a link to the next. */
export function answerList({ method, url = '' }: IncomingMessage, items: object[], endpoint: string): Answer {
  if (method !== 'GET') return armError({ status: 405 })
  const address = new URL(url, endpoint)
  const start = Number(address.searchParams.get('$skiptoken') ?? 0)
  const next = start + pageSize
  address.searchParams.set('$skiptoken', String(next))
  const nextLink = next < items.length ? { nextLink: address.href } : {}
  return json(200, { value: items.slice(start, next), ...nextLink })
}

/** A deployment to the subscription, as Azure keeps it. */
export type Deployment = {
  name: string
  location: string
  tags: Record<string, string>
  properties: {
    provisioningState: 'Succeeded' | 'Failed' | 'Running'
    timestamp: string
    outputs?: Record<string, { type: string; value: unknown }>
    parameters?: Record<string, { type: string; value: unknown }>
  }
}

/** A vault that was deleted and not purged. */
export type DeletedVault = {
  name: string
  properties: { vaultId: string; location: string; tags: Record<string, string> }
}
