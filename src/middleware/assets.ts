// The style sheet and the icon. Their address changes with their content, so that browsers can cache them for a year.
import express, { Router } from 'express'
import { fingerprint } from '../fingerprint.ts'

/**
 * Serves the files of a folder, and the icon at `/favicon.ico` too.
 *
 * @returns `router`, and `url(name)`, which returns the address of a file
 */
export function createAssets(folder: string) {
  const base = `/assets/${fingerprint(folder)}`
  const router = Router()
  const files = { index: false, redirect: false, acceptRanges: false } as const

  router.use(base, express.static(folder, { ...files, immutable: true, maxAge: '1y' }))
  // During a deployment, a page from an old instance can request a file from a new one, or the other way round. The instance
  // sends its own version of the file, which browsers must not cache under the other version's address.
  const anyVersion = express.static(folder, { ...files, cacheControl: false })
  router.use('/assets/:version', (req, res, next) => {
    res.set('Cache-Control', 'no-cache')
    anyVersion(req, res, next)
  })
  // Browsers request it when a response names no icon, such as JSON. They recognize SVG by its content type.
  router.get('/favicon.ico', (_req, res) => res.sendFile('icon.svg', { root: folder, maxAge: '1d' }))

  return { router, url: (name: string) => `${base}/${name}` }
}
