// The style sheet and the icon. Their address changes with their content, so that browsers can cache them for a year.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { IRouter, Response } from 'express'
import { fingerprint } from '../fingerprint.ts'
import { constantBody } from './compression.ts'

/**
 * Serves the files of a folder from memory, and the icon at `/favicon.ico` too.
 *
 * @returns `addRoutes(router)`, and `url(name)`, which returns the address of a file
 */
export function createAssets(folder: string) {
  const current = fingerprint(folder)
  const files = new Map(readdirSync(folder).map((name) => [name, readAsset(join(folder, name))]))
  function send(res: Response, name: string, cacheControl: string): boolean {
    const file = files.get(name)
    if (!file) return false
    res.set({ 'Cache-Control': cacheControl, 'Last-Modified': file.lastModified })
    res.type(file.type).send(file.body)
    return true
  }

  return {
    addRoutes(router: IRouter): void {
      router.get('/assets/:version/:name', (req, res, next) => {
        const { version, name } = req.params
        // During a deployment, a page from an old instance can request a file from a new one, or the other way round. The instance
        // sends its own version of the file, which browsers must not cache under the other version's address.
        const cacheControl = version === current ? 'public, max-age=31536000, immutable' : 'no-cache'
        if (!send(res, name, cacheControl)) next()
      })
      // Browsers request it when a response names no icon, such as JSON. They recognize SVG by its content type.
      router.get('/favicon.ico', (_req, res, next) => {
        if (!send(res, 'icon.svg', 'public, max-age=86400')) next()
      })
    },

    url: (name: string) => `/assets/${current}/${name}`,
  }
}

function readAsset(file: string) {
  return {
    body: constantBody(readFileSync(file)),
    type: extname(file),
    lastModified: statSync(file).mtime.toUTCString(),
  }
}
