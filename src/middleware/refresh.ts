// Error pages for temporary errors reload themselves a few times. The query parameter `attempt` counts them.
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Locals {
      /** How many times this page has been loaded in a row: 1 unless it has reloaded itself. */
      attempt: number
      /** The address of the request without `attempt`, for links. */
      url: string
    }
  }
}

/** After this many attempts the page stops reloading. */
const LAST_ATTEMPT = 6

/** Removes `attempt` from the query, so that routes do not see it. */
export const countAttempts: RequestHandler = (req, res, next) => {
  const mark = req.url.indexOf('?')
  const path = mark < 0 ? req.url : req.url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : req.url.slice(mark))
  const attempt = query.get('attempt')
  if (attempt !== null) {
    query.delete('attempt')
    req.url = query.size > 0 ? `${path}?${query}` : path
  }
  res.locals.attempt = /^[1-9]\d{0,3}$/.test(attempt ?? '') ? Number(attempt) : 1
  // Leading double slashes, a backslash or a scheme would make it a link to another host.
  res.locals.url = req.url.replace(/^(?:[a-z]+:)?[/\\]*/i, '/')
  next()
}

/**
 * Builds the Refresh header, which makes a browser reload the page. Accessibility rules forbid the equivalent meta element.
 *
 * @param seconds until the second attempt; later ones wait a little longer
 * @returns the seconds until the next attempt and the header, or undefined after the last attempt
 */
export function nextAttempt(attempt: number, url: string, seconds: number) {
  if (attempt >= LAST_ATTEMPT) return undefined
  const wait = seconds + 5 * (attempt - 1)
  const next = `${url}${url.includes('?') ? '&' : '?'}attempt=${attempt + 1}`
  return { seconds: wait, header: `${wait}; url=${next}` }
}

/** The state of each attempt, which the page shows as a row of dots. */
export function attemptStates(attempt: number): ('done' | 'open')[] {
  return Array.from({ length: LAST_ATTEMPT }, (_, i) => (i < attempt ? 'done' : 'open'))
}
