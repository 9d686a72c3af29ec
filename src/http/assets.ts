// The style sheet and the icon, under an address that changes with them, so that browsers may keep them for a year.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import express, { Router } from 'express'
import { readOnly } from './methods.ts'

export type Assets = ReturnType<typeof createAssets>

/**
 * Serves the files of a folder, and two that have an address by custom: `/robots.txt` and `/favicon.ico`.
 *
 * @returns `router`, and `url(name)`, the address of a file as it is now
 */
export function createAssets(folder: string) {
  const version = fingerprint(folder)
  const base = `/assets/${version}`
  const router = Router()

  router.use(
    base,
    express.static(folder, {
      index: false,
      redirect: false,
      immutable: true,
      maxAge: '1y',
      acceptRanges: false,
    }),
  )
  router
    .route('/robots.txt')
    .get((_req, res) => res.sendFile('robots.txt', { root: folder, maxAge: '1d' }))
    .all(readOnly)
  // Browsers ask for it where no page names an icon, beside a JSON answer for one. They take SVG by its type.
  router
    .route('/favicon.ico')
    .get((_req, res) => res.sendFile('icon.svg', { root: folder, maxAge: '1d' }))
    .all(readOnly)

  return { router, url: (name: string) => `${base}/${name}` }
}

function fingerprint(folder: string): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).sort()) hash.update(name).update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}
