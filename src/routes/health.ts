// For machines: whether the process is alive, and whether the three services answer.
import { Router } from 'express'
import type { Azure } from '../azure/connect.ts'
import { answerTo } from '../errors.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'

export function healthRoutes({ documents, secret, products }: Azure, limits: Limits, log: Log): Router {
  const router = Router()
  const check = sharedFor(checkAll, ({ ready }) => (ready ? limits.readyMs : limits.notReadyMs))

  // App Service asks every minute. It must not touch the database, which would never sleep again.
  router
    .route('/healthz')
    .get((_req, res) => void res.set('Cache-Control', 'no-store').json({ status: 'ok' }))

  router.get('/readyz', async (_req, res) => {
    const { checks, ready } = await check()
    res.status(ready ? 200 : 503).set('Cache-Control', 'no-store')
    res.json({ status: ready ? 'ok' : 'error', checks })
  })

  return router

  async function checkAll() {
    const signal = AbortSignal.timeout(limits.readinessMs)
    const [blobStorage, keyVault, sqlDatabase] = await Promise.all([
      outcomeOf('blobStorage', documents.list({ prefix: '', limit: 1 }, signal)),
      outcomeOf('keyVault', secret.refresh(signal)),
      outcomeOf('sqlDatabase', products.list({ page: 1, pageSize: 1 }, signal)),
    ])
    const checks = { blobStorage, keyVault, sqlDatabase }
    return { checks, ready: Object.values(checks).every(({ status }) => status === 'ok') }
  }

  async function outcomeOf(name: string, work: Promise<unknown>) {
    try {
      await work
      return { status: 'ok' }
    } catch (error) {
      log.warn({ err: error, check: name }, 'not ready')
      return { status: 'error', detail: answerTo(error).detail }
    }
  }
}

/** Does some work once for all who ask while it is under way, and for those who ask within some milliseconds after it. */
function sharedFor<T>(work: () => Promise<T>, milliseconds: (result: T) => number): () => Promise<T> {
  let shared: Promise<T> | undefined
  let until = Infinity
  return () => {
    if (shared && performance.now() < until) return shared
    until = Infinity
    shared = work()
    shared.then(
      (result) => {
        until = performance.now() + milliseconds(result)
      },
      () => {
        shared = undefined
      },
    )
    return shared
  }
}
