// How the list of products and the page of one look, beside their usual state.
import { url } from '../../src/routes/products.ts'
import type { SitePage } from '../support/site-pages.ts'

const forEver = { times: Infinity }

export const states: Record<string, SitePage> = {
  filtered: { path: `${url}?search=a&category=Brewing&sort=-price&pageSize=5&page=2`, status: 200 },
  none: { path: `${url}?search=no+such+product`, status: 200 },
  'past the end': { path: `${url}?page=999`, status: 200 },
  'with its trace': { path: `${url}?search=a`, status: 200, settings: { SHOW_TRACE: 'true' } },
  'waking, with its trace': {
    path: url,
    status: 503,
    settings: { SHOW_TRACE: 'true' },
    prepare: ({ cloud }) => cloud.sql.logins.failNext(40613, forEver),
  },
  one: { path: `${url}/21`, status: 200 },
  'error 400': { path: `${url}?page=0&pageSize=ten`, status: 400 },
  waking: {
    path: `${url}?search=kettle`,
    status: 503,
    prepare: ({ cloud }) => cloud.sql.logins.failNext(40613, forEver),
  },
  'waking, for the last time': {
    path: `${url}?attempt=6`,
    status: 503,
    prepare: ({ cloud }) => cloud.sql.logins.failNext(40613, forEver),
  },
}
