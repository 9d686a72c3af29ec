// Liveness (/healthz) and readiness (/readyz). Both are JSON; readiness is a page too, for browsers.
import type { IRouter, Request } from 'express'
import { problemFor } from '../errors/problem.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { type Outcome, readinessViewModel } from '../view-models/readiness.ts'
import type { Page } from './page.ts'
import { timed } from './respond.ts'

/** Adds `/healthz`, and `/readyz`, which checks the services of all pages and caches the result for a while. */
export function addHealthRoutes(router: IRouter, pages: Page[], limits: Limits, log: Log): void {
  const readiness = cacheResult(checkAll, ({ ready }) => (ready ? limits.readyMs : limits.notReadyMs))

  // App Service requests it every minute, so it must not query the database, which would then never pause.
  router.get('/healthz', (_req, res) => void res.set('Cache-Control', 'no-store').json({ status: 'ok' }))

  router.get('/readyz', async (req, res) => {
    const result = await readiness()
    const { ready, outcomes } = result
    res
      .status(ready ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .vary('Accept')
    if (asksForPage(req)) {
      res.render('readiness', readinessViewModel(pages, result))
      return
    }
    const checks = Object.fromEntries(outcomes.map(({ name, outcome }) => [name, outcome]))
    res.json({ status: ready ? 'ok' : 'error', checks })
  })

  async function checkAll() {
    const signal = AbortSignal.timeout(limits.readinessMs)
    const named = pages.flatMap(({ readiness }) => readiness ?? [])
    const outcomes = await Promise.all(
      named.map(async ({ name, check }) => {
        const { value: outcome, milliseconds } = await timed(() => outcomeOf(name, check(signal)))
        return { name, outcome, milliseconds }
      }),
    )
    const ready = outcomes.every(({ outcome }) => outcome.status === 'ok')
    return { ready, outcomes, checkedAt: new Date() }
  }

  async function outcomeOf(name: string, check: Promise<unknown>): Promise<Outcome> {
    try {
      await check
      return { status: 'ok' }
    } catch (error) {
      log.warn({ err: error, check: name }, 'not ready')
      return { status: 'error', detail: problemFor(error).detail }
    }
  }
}

/** Whether the Accept header names HTML. Scripts that accept anything, or send no such header, get JSON. */
function asksForPage(req: Request): boolean {
  return /\btext\/html\b/i.test(req.get('Accept') ?? '') && req.accepts(['json', 'html']) === 'html'
}

/**
 * Caches the result of `work`. Simultaneous callers share one call.
 *
 * Unlike createSingleFlight, it is not aborted when callers leave, since the next callers use the result.
 */
function cacheResult<T>(work: () => Promise<T>, lifetimeMs: (result: T) => number): () => Promise<T> {
  let cached: Promise<T> | undefined
  let expiresAt = 0
  return () => {
    if (cached && performance.now() < expiresAt) return cached
    expiresAt = Infinity
    cached = work()
    cached.then(
      (result) => {
        expiresAt = performance.now() + lifetimeMs(result)
      },
      () => {
        expiresAt = 0
      },
    )
    return cached
  }
}
