// Every page of the site, and what to break so that it answers with each of its error pages.
import assert from 'node:assert/strict'
import { glob } from 'node:fs/promises'
import { basename } from 'node:path'
import type { TestContext } from 'node:test'
import type { Limits } from '../../src/limits.ts'
import { pages, startApp } from './start-app.ts'

type Site = Awaited<ReturnType<typeof startApp>>

/** What a page looks like in one state. */
export interface SitePage {
  path: string
  status: number
  method?: string
  limits?: Partial<Limits>
  settings?: Record<string, string>
  prepare?(site: Site): unknown
}

export const sitePages: Record<string, SitePage> = {
  home: { path: '/', status: 200 },
  code: { path: '/source', status: 200 },
  readiness: { path: '/readyz', status: 200 },
  ...Object.fromEntries(pages.map(({ url, title }) => [title, { path: url, status: 200 }])),
  'error 404': { path: '/nothing', status: 404 },
  'error 405': { path: '/', status: 405, method: 'POST' },
  'error 429': {
    path: '/',
    status: 429,
    settings: { RATE_LIMIT_PER_MINUTE: '1' },
    prepare: ({ request }) => request.get('/'),
  },
}

// The other states of each page, in a file named for its noun.
for await (const file of glob('../pages/*.ts', { cwd: import.meta.dirname })) {
  const { states }: { states: Record<string, SitePage> } = await import(file.replaceAll('\\', '/'))
  for (const [name, state] of Object.entries(states)) sitePages[`${basename(file, '.ts')}, ${name}`] = state
}

/** Starts a site that answers one of the pages above. */
export async function startPage(t: TestContext, name: string) {
  const { path, status, method = 'GET', limits, settings, prepare } = sitePages[name] ?? assert.fail(name)
  const site = await startApp(t, limits, settings)
  await prepare?.(site)
  return { ...site, url: `${site.origin}${path}`, status, method }
}
