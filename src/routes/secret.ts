// Show what Key Vault says of one secret, and never the secret.
import { Router } from 'express'
import type { Azure } from '../azure/connect.ts'
import { answer } from '../http/answer.ts'
import { timed } from '../http/timed.ts'
import { secretPage } from '../pages/secret.ts'

export function secretRoutes({ secret }: Pick<Azure, 'secret'>): Router {
  const router = Router()

  router.get('/', async (_req, res) => {
    const openedAt = new Date()
    const { value: kept, milliseconds } = await timed(() => secret.read(res.locals.signal))
    const { name, version, enabled, contentType, createdOn, updatedOn, expiresOn } = kept.properties
    const described = {
      name,
      version: version ?? null,
      enabled: enabled ?? true,
      contentType: contentType ?? null,
      createdOn: createdOn ?? null,
      updatedOn: updatedOn ?? null,
      expiresOn: expiresOn ?? null,
    }
    res.set('Cache-Control', 'no-store')
    await answer(res, 'secret', described, () => secretPage(kept, openedAt, milliseconds))
  })

  return router
}
