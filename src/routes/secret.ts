// Shows the properties of one Key Vault secret, never its value.
import { Router } from 'express'
import type { Secret } from '../azure/secret.ts'
import { secretViewModel } from '../view-models/secret.ts'
import { webhookViewModel } from '../view-models/webhook.ts'
import { createDeliveries, type Deliveries } from '../webhook/deliveries.ts'
import type { Page, PageContext } from './page.ts'
import { respond, timed } from './respond.ts'
import { webhookEndpoint, url as webhookUrl } from './webhook.ts'

export const url = '/secret'

export function secretPage({ secret, signingKey, limits }: PageContext): Page {
  const deliveries = createDeliveries(limits)
  return {
    url,
    title: 'Secret',
    description: 'A Key Vault secret that the site can read and never shows.',
    access: {
      service: 'Key Vault',
      role: 'Key Vault Secrets User',
      scope: 'one secret',
      resource: `the secret ${secret.name}`,
    },
    sources: [
      'src/routes/secret.ts#secretRoutes',
      'src/routes/webhook.ts#webhookRoutes',
      'src/azure/signing-key.ts#createSigningKey',
      'src/azure/secret.ts#createSecret',
    ],
    router: secretRoutes(secret, deliveries),
    endpoints: [webhookEndpoint(signingKey, deliveries, limits)],
    // refresh, because a cached secret says nothing about the vault.
    readiness: { name: 'keyVault', check: (signal) => secret.refresh(signal) },
    crawlable: false,
  }
}

function secretRoutes(secret: Secret, deliveries: Deliveries): Router {
  const router = Router()

  router.get('/', async (req, res) => {
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
      deliveries: deliveries.count,
    }
    res.set('Cache-Control', 'no-store')
    await respond(res, 'secret', described, () => ({
      ...secretViewModel(cached, openedAt, milliseconds),
      ...webhookViewModel(req, webhookUrl),
    }))
  })

  return router
}
