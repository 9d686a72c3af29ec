// How the page of the secret looks, beside its usual state.
import { url } from '../../src/routes/secret.ts'
import type { SitePage } from '../support/site-pages.ts'

export const states: Record<string, SitePage> = {
  'with its trace': { path: url, status: 200, settings: { SHOW_TRACE: 'true' } },
  expired: {
    path: url,
    status: 200,
    settings: { AZURE_KEY_VAULT_SECRET_NAME: 'page-expired' },
    prepare: ({ cloud }) =>
      cloud.vault.set('page-expired', 'x', { expiresOn: new Date('2026-01-01T00:00:00Z') }),
  },
}
