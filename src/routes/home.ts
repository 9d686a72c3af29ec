// The home page, the JSON index of the pages, and robots.txt.
import type { IRouter } from 'express'
import type { Page } from './page.ts'
import { respond } from './respond.ts'

/** The code behind the home page, as `Page` declares it for the others. */
export const homeSources = [
  'src/routes/home.ts#addHomeRoutes',
  'src/azure/connect.ts#connectAzure',
  'src/azure/credential.ts#createCredential',
]

/** Adds `/`, which lists the pages as a page or as JSON, and `/robots.txt`. */
export function addHomeRoutes(router: IRouter, pages: Page[]): void {
  const index = [
    ...pages.map(({ url, title, description }) => ({ url, title, description })),
    { url: '/readyz', title: 'Readiness', description: 'Whether every service responds right now.' },
  ]

  router.get('/', (_req, res) => respond(res, 'home', { name: 'Keyless Express', pages: index }))

  // Crawlers would keep the database from pausing, and use up the limit of reads of the vault.
  const disallowed = pages
    .filter(({ crawlable }) => crawlable === false)
    .map(({ url }) => url)
    .sort()
  const robots = ['User-agent: *', ...[...disallowed, '/readyz'].map((url) => `Disallow: ${url}`), ''].join(
    '\n',
  )
  router.get('/robots.txt', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=86400').type('text/plain').send(robots)
  })
}
