// Limits the requests of each client, so that one cannot use up the resources of all.
import { isIPv4 } from 'node:net'
import type { Request, RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import createError from 'http-errors'

/**
 * Responds with 429 to a client that sends more than `perMinute` requests, with headers that say when to try again.
 *
 * Each instance counts its own requests, so with several instances a client may send more in total.
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

/** Identifies a client by its IPv4 address, or by its IPv6 network, because one visitor has many IPv6 addresses. */
export function clientOf(req: Request): string {
  return ipKeyGenerator(addressIn(req.ip ?? ''))
}

/**
 * Removes the port that App Service's front end appends to the address in X-Forwarded-For. With it, every connection would
 * count as another client.
 */
export function addressIn(forwarded: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(forwarded)?.[1]
  const beforeColon = forwarded.split(':', 1)[0] ?? ''
  return bracketed ?? (isIPv4(beforeColon) ? beforeColon : forwarded)
}
