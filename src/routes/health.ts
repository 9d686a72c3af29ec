// For machines: whether the process is alive, and whether the services answer.
import { Router } from 'express'
import { problemFor } from '../errors/problem.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import type { Page } from './page.ts'

export function healthRoutes(pages: Page[], limits: Limits, log: Log): Router {
  const router = Router()
  const readiness = sharedFor(checkAll, ({ ready }) => (ready ? limits.readyMs : limits.notReadyMs))

  // App Service asks every minute. It must not touch the database, which would never sleep again.
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

/** Does some work once for all who ask while it is under way, and for those who ask within some milliseconds after it. */
function sharedFor<T>(work: () => Promise<T>, milliseconds: (result: T) => number): () => Promise<T> {
  let shared: Promise<T> | undefined
  let until = 0
  return () => {
    if (shared && performance.now() < until) return shared
    until = Infinity
    shared = work()
    shared.then(
      (result) => {
        until = performance.now() + milliseconds(result)
      },
      () => {
        until = 0
      },
    )
    return shared
  }
}
