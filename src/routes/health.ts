// For machines: whether the process is alive, and whether the three services answer.
import { Router } from 'express'
import type { Azure } from '../azure/connect.ts'
import { answerTo } from '../errors.ts'
import { readOnly } from '../http/methods.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'

export function healthRoutes({ documents, secret, products }: Azure, limits: Limits, log: Log): Router {
  const router = Router()
  let checking: ReturnType<typeof checkAll> | undefined

  // App Service asks every minute. It must not touch the database, which would never sleep again.
  router
    .route('/healthz')
    .get((_req, res) => void res.set('Cache-Control', 'no-store').json({ status: 'ok' }))
    .all(readOnly)

  router
    .route('/readyz')
    .get(async (_req, res) => {
      // However many ask at a time, Azure is asked once.
      checking ??= checkAll().finally(() => {
        checking = undefined
      })
      const checks = await checking
      const ready = Object.values(checks).every(({ status }) => status === 'ok')
      res.status(ready ? 200 : 503).set('Cache-Control', 'no-store')
      res.json({ status: ready ? 'ok' : 'error', checks })
    })
    .all(readOnly)

  return router

  async function checkAll() {
    const signal = AbortSignal.timeout(limits.readinessMs)
    const [blobStorage, keyVault, sqlDatabase] = await Promise.all([
      check('blobStorage', documents.list({ prefix: '', limit: 1 }, signal)),
      check('keyVault', secret.refresh(signal)),
      check('sqlDatabase', products.list({ page: 1, pageSize: 1 }, signal)),
    ])
    return { blobStorage, keyVault, sqlDatabase }
  }

  async function check(name: string, work: Promise<unknown>) {
    try {
      await work
      return { status: 'ok' }
    } catch (error) {
      log.warn({ err: error, check: name }, 'not ready')
      return { status: 'error', detail: answerTo(error).detail }
    }
  }
}
