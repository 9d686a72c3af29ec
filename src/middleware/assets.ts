// The style sheet and the icon, under an address that changes with them, so that browsers may keep them for a year.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { Router } from 'express'

export type Assets = ReturnType<typeof createAssets>

/**
 * Serves the files of a folder, and the icon at `/favicon.ico` too.
 *
 * @returns `router`, and `url(name)`, the address of a file as it is now
 */
export function createAssets(folder: string) {
  const base = `/assets/${fingerprint(folder)}`
  const router = Router()
  const files = { index: false, redirect: false, acceptRanges: false } as const

  router.use(base, express.static(folder, { ...files, immutable: true, maxAge: '1y' }))
  // While an update is rolled out, a page of one version can ask an instance of the other, which has its own files only.
  // They serve this time, and no browser may keep them under a fingerprint that is not theirs.
  const anyVersion = express.static(folder, { ...files, cacheControl: false })
  router.use('/assets/:version', (req, res, next) => {
    res.set('Cache-Control', 'no-cache')
    anyVersion(req, res, next)
  })
  // Browsers ask for it where no page names an icon, beside a JSON answer for one. They take SVG by its type.
  router.get('/favicon.ico', (_req, res) => res.sendFile('icon.svg', { root: folder, maxAge: '1d' }))

  return { router, url: (name: string) => `${base}/${name}` }
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}
