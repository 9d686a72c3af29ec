// What the site shows, with links.
import { Router } from 'express'
import type { Page } from './page.ts'
import { respond } from './respond.ts'

export function homeRoutes(pages: Page[]): Router {
  const router = Router()
  const index = [
    ...pages.map(({ url, title, description }) => ({ url, title, description })),
    { url: '/readyz', title: 'Readiness', description: 'Whether every service answers right now.' },
  ]

  router.get('/', (_req, res) => respond(res, 'home', { name: 'Keyless Express', pages: index }))

  // Each visit to a page that is not crawlable asks a service something, and a database that is asked does not sleep.
  const closed = pages
    .filter(({ crawlable }) => crawlable === false)
    .map(({ url }) => url)
    .sort()
  const robots = ['User-agent: *', ...[...closed, '/readyz'].map((url) => `Disallow: ${url}`), ''].join('\n')
  router.get('/robots.txt', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=86400').type('text/plain').send(robots)
  })

  return router
}
