// Show what Key Vault says of one secret, and never the secret.
import { Router } from 'express'
import type { Azure } from '../azure/connect.ts'
import { answer } from '../http/answer.ts'
import { readOnly } from '../http/methods.ts'

export function secretRoutes({ secret }: Pick<Azure, 'secret'>): Router {
  const router = Router()

  router
    .route('/')
    .get(async (_req, res) => {
      const { properties, fetchedAt, freshUntil } = await secret.read(res.locals.signal)
      const { name, version, enabled, contentType, createdOn, updatedOn, expiresOn } = properties
      res.set('Cache-Control', 'no-store')
      answer(
        res,
        'secret',
        {
          name,
          version: version ?? null,
          enabled: enabled ?? true,
          contentType: contentType ?? null,
          createdOn: createdOn ?? null,
          updatedOn: updatedOn ?? null,
          expiresOn: expiresOn ?? null,
        },
        { fetchedAt, freshUntil },
      )
    })
    .all(readOnly)

  return router
}
