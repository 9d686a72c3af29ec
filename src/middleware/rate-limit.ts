// One visitor must not use up what all share.
import { isIPv4 } from 'node:net'
import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import createError from 'http-errors'

/**
 * Answers 429 to a client that asks more often than `perMinute`, and says when it may ask again.
 *
 * Each instance counts for itself: behind a front end that spreads requests, a client gets as much from each.
 */
export function rateLimitPerClient(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: clientOf,
    handler: (_req, _res, next) => next(createError(429, 'Too many requests. Please try again in a minute.')),
  })
}

/** Who asks: an IPv4 address, or the network of an IPv6 address, of which a visitor has as many as it likes. */
export function clientOf(req: Request): string {
  return ipKeyGenerator(addressIn(req.ip ?? ''))
}

/**
 * The address alone. App Service's front end adds the port of the connection to X-Forwarded-For, and with it every
 * connection would be a client of its own.
 */
export function addressIn(forwarded: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(forwarded)?.[1]
  const beforeColon = forwarded.split(':', 1)[0] ?? ''
  return bracketed ?? (isIPv4(beforeColon) ? beforeColon : forwarded)
}
