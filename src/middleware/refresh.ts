// A page that Azure cannot fill yet asks for itself again, a few times. The query parameter `attempt` counts them.
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Locals {
      /** How many times this page has been asked for in a row: 1 for a visitor who has just come. */
      attempt: number
      /** What was asked for, without `attempt`: the address to link to. */
      url: string
    }
  }
}

/** The last attempt is not followed by another: by then the visitor is better told than kept waiting. */
export const LAST_ATTEMPT = 6

/** Takes `attempt` out of the query, so that no route has to know of it. */
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
  // Two slashes, or a backslash, or a whole address in front would make a link to another host of it.
  res.locals.url = req.url.replace(/^(?:[a-z]+:)?[/\\]*/i, '/')
  next()
}

/**
 * The header that makes a browser try again. A header and not a meta element, which accessibility rules refuse.
 *
 * @param seconds until the second attempt; each later one waits a little longer
 * @returns the seconds until the next attempt and the header, or undefined after the last
 */
export function nextAttempt(attempt: number, url: string, seconds: number) {
  if (attempt >= LAST_ATTEMPT) return undefined
  const wait = seconds + 5 * (attempt - 1)
  const next = `${url}${url.includes('?') ? '&' : '?'}attempt=${attempt + 1}`
  return { seconds: wait, header: `${wait}; url=${next}` }
}

/** What has become of each attempt, for a row of dots. */
export function attemptStates(attempt: number): ('done' | 'open')[] {
  return Array.from({ length: LAST_ATTEMPT }, (_, i) => (i < attempt ? 'done' : 'open'))
}
