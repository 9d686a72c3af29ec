// Shows the properties of one Key Vault secret, never its value.
import { Router } from 'express'
import type { Secret } from '../azure/secret.ts'
import { secretViewModel } from '../view-models/secret.ts'
import type { Page, PageContext } from './page.ts'
import { respond, timed } from './respond.ts'

export const url = '/secret'

export function secretPage({ secret }: PageContext): Page {
  return {
    url,
    title: 'Secret',
    description: 'A Key Vault secret that the site can read and never shows.',
    access: { service: 'Key Vault', role: 'Key Vault Secrets User', scope: 'one secret' },
    sources: ['src/routes/secret.ts#secretRoutes', 'src/azure/secret.ts#createSecret'],
    router: secretRoutes(secret),
    // refresh, because a cached secret says nothing about the vault.
    readiness: { name: 'keyVault', check: (signal) => secret.refresh(signal) },
    crawlable: false,
  }
}

function secretRoutes(secret: Secret): Router {
  const router = Router()

  router.get('/', async (_req, res) => {
    const openedAt = new Date()
    const { value: cached, milliseconds } = await timed(() => secret.read(res.locals.signal))
    const { name, version, enabled, contentType, createdOn, updatedOn, expiresOn } = cached.properties
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
    await respond(res, 'secret', described, () => secretViewModel(cached, openedAt, milliseconds))
  })

  return router
}
