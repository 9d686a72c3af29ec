// How the list of documents looks, beside its usual state.
import { url } from '../../src/routes/documents.ts'
import type { SitePage } from '../support/site-pages.ts'

const awkward = `${'x'.repeat(200)}/<b>"&' שלום  שלום .html`

const forEver = { times: Infinity }

export const states: Record<string, SitePage> = {
  'in a folder': { path: `${url}?prefix=reports%2F2026%2F`, status: 200 },
  'one at a time': { path: `${url}?prefix=reports%2F&limit=1`, status: 200 },
  'awkward names': {
    path: `${url}?prefix=page%2F`,
    status: 200,
    async prepare({ cloud }) {
      const names = ['<b>"&\'.txt', 'a//b', 'x'.repeat(200), 'שלום.txt', 'with  two spaces', '.dot', 'f/']
      for (const name of names) await cloud.blobs.put(`page/${name}`, name)
    },
  },
  none: { path: `${url}?prefix=nothing+here`, status: 200 },
  'with its trace': { path: url, status: 200, settings: { SHOW_TRACE: 'true' } },
  'error 503 with its trace': {
    path: url,
    status: 503,
    settings: { SHOW_TRACE: 'true' },
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(503, forEver),
  },
  'a text': { path: `${url}/Welcome.md?view`, status: 200 },
  'a picture': { path: `${url}/pictures/hills%20at%20dusk%20%231.png?view`, status: 200 },
  'without a preview': { path: `${url}/reports/2026/R%26D%20is%20100%25%20keyless.pdf?view`, status: 200 },
  'a long text under an awkward name': {
    path: `${url}/page/${encodeURIComponent(awkward)}?view`,
    status: 200,
    prepare: ({ cloud }) =>
      cloud.blobs.put(`page/${awkward}`, '<script>alert(1)</script>'.padEnd(200_000, ' x'), {
        contentType: 'text/html',
      }),
  },
  'no container': { path: url, status: 503, settings: { AZURE_STORAGE_CONTAINER_NAME: 'missing' } },
  'error 500': {
    path: url,
    status: 500,
    prepare(site) {
      // Nothing that Azure does ends in a 500.
      site.mayAnswer500 = true
      site.azure.container.client = () => Promise.reject(new Error('A mistake of our own.'))
    },
  },
  'error 502': {
    path: url,
    status: 502,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(500, forEver),
  },
  'error 503': {
    path: url,
    status: 503,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(503, forEver),
  },
  'error 504': {
    path: url,
    status: 504,
    limits: { requestMs: 300 },
    prepare: ({ cloud }) => cloud.blobs.faults.hangNext(forEver),
  },
  'not ready': {
    path: '/readyz',
    status: 503,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(403, forEver),
  },
  granting: {
    path: url,
    status: 503,
    prepare: ({ cloud }) => cloud.blobs.faults.failNext(403, forEver),
  },
}
