// Every page of the site, and what to break so that it answers with each of its error pages.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Limits } from '../../src/limits.ts'
import { startApp } from './start-app.ts'

type Site = Awaited<ReturnType<typeof startApp>>

interface SitePage {
  path: string
  status: number
  method?: string
  limits?: Partial<Limits>
  settings?: Record<string, string>
  prepare?(site: Site): unknown
}

const forEver = { times: Infinity }

export const sitePages: Record<string, SitePage> = {
  home: { path: '/', status: 200 },
  documents: { path: '/documents', status: 200 },
  'documents in a folder': { path: '/documents?prefix=reports%2F2026%2F', status: 200 },
  'documents, one at a time': { path: '/documents?prefix=reports%2F&limit=1', status: 200 },
  'documents, awkward names': {
    path: '/documents?prefix=page%2F',
    status: 200,
    async prepare({ cloud }) {
      for (const name of [
        '<b>"&\'.txt',
        'a//b',
        'x'.repeat(200),
        'שלום.txt',
        'with  two spaces',
        '.dot',
        'f/',
      ]) {
        await cloud.blobs.put(`page/${name}`, name)
      }
    },
  },
  'documents, none': { path: '/documents?prefix=nothing+here', status: 200 },
  secret: { path: '/secret', status: 200 },
  'secret, expired': {
    path: '/secret',
    status: 200,
    settings: { AZURE_KEY_VAULT_SECRET_NAME: 'page-expired' },
    prepare: ({ cloud }) =>
      cloud.vault.set('page-expired', 'x', { expiresOn: new Date('2026-01-01T00:00:00Z') }),
  },
  products: { path: '/products', status: 200 },
  'products, filtered': {
    path: '/products?search=a&category=Brewing&sort=-price&pageSize=5&page=2',
    status: 200,
  },
  'products, none': { path: '/products?search=no+such+product', status: 200 },
  'products, past the end': { path: '/products?page=999', status: 200 },
  product: { path: '/products/21', status: 200 },

  'error 400': { path: '/products?page=0&pageSize=ten', status: 400 },
  'error 404': { path: '/nothing', status: 404 },
  'error 503, container': {
    path: '/documents',
    status: 503,
    settings: { AZURE_STORAGE_CONTAINER_NAME: 'missing' },
  },
  'error 405': { path: '/', status: 405, method: 'POST' },
  'error 429': {
    path: '/',
    status: 429,
    settings: { RATE_LIMIT_PER_MINUTE: '1' },
    prepare: ({ request }) => request.get('/'),
  },
  'error 500': {
    path: '/documents',
    status: 500,
    prepare(site) {
      // Nothing that Azure does ends in a 500.
      site.mayAnswer500 = true
      site.azure.container.listBlobsFlat = () => {
        throw new Error('A mistake of our own.')
      }
    },
  },
  'error 502': {
    path: '/documents',
    status: 502,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(500, forEver),
  },
  'error 503': {
    path: '/documents',
    status: 503,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(503, forEver),
  },
  'error 504': {
    path: '/documents',
    status: 504,
    limits: { requestMs: 300 },
    prepare: ({ cloud }) => cloud.blobs.faults.hangNext(forEver),
  },
  waking: {
    path: '/products?search=kettle',
    status: 503,
    prepare: ({ cloud }) => cloud.sql.logins.failNext(40613, forEver),
  },
  'waking, for the last time': {
    path: '/products?attempt=6',
    status: 503,
    prepare: ({ cloud }) => cloud.sql.logins.failNext(40613, forEver),
  },
  granting: {
    path: '/documents',
    status: 503,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(403, forEver),
  },
}

/** Starts a site that answers one of the pages above. */
export async function startPage(t: TestContext, name: string) {
  const { path, status, method = 'GET', limits, settings, prepare } = sitePages[name] ?? assert.fail(name)
  const site = await startApp(t, limits, settings)
  await prepare?.(site)
  return { ...site, url: `${site.origin}${path}`, status, method }
}
