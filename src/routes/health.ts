// Liveness (/healthz) and readiness (/readyz).
import { Router } from 'express'
import { problemFor } from '../errors/problem.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import type { Page } from './page.ts'

export function healthRoutes(pages: Page[], limits: Limits, log: Log): Router {
  const router = Router()
  const readiness = cacheResult(checkAll, ({ ready }) => (ready ? limits.readyMs : limits.notReadyMs))

  // App Service requests it every minute, so it must not query the database, which would then never pause.
  router.get('/healthz', (_req, res) => void res.set('Cache-Control', 'no-store').json({ status: 'ok' }))

  router.get('/readyz', async (_req, res) => {
    const { ready, checks } = await readiness()
    res.status(ready ? 200 : 503).set('Cache-Control', 'no-store')
    res.json({ status: ready ? 'ok' : 'error', checks })
  })

  return router

  async function checkAll() {
    const signal = AbortSignal.timeout(limits.readinessMs)
    const named = pages.flatMap(({ readiness }) => readiness ?? [])
    const outcomes = await Promise.all(
      named.map(async ({ name, check }) => [name, await outcomeOf(name, check(signal))] as const),
    )
    return {
      checks: Object.fromEntries(outcomes),
      ready: outcomes.every(([, { status }]) => status === 'ok'),
    }
  }

  async function outcomeOf(name: string, check: Promise<unknown>) {
    try {
      await check
      return { status: 'ok' }
    } catch (error) {
      log.warn({ err: error, check: name }, 'not ready')
      return { status: 'error', detail: problemFor(error).detail }
    }
  }
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
