// The code behind each page, at an address that changes with the code, so that browsers can cache it for a year.
import { join } from 'node:path'
import type { IRouter } from 'express'
import { fingerprint } from '../fingerprint.ts'
import { fileOf, readSource } from '../view-models/source-code.ts'
import { homeSources } from './home.ts'
import type { Page } from './page.ts'

/** Everything that the pages of the code are made from. */
const folders = ['src/azure', 'src/routes', 'views', 'public']

/**
 * Creates the pages of the code.
 *
 * @returns `addRoutes(router)`; `url(page)`, which returns the address of the code behind a page, or behind the home page; and
 *   `fileOf(source)`, which returns the id of a file on it
 */
export function createSourcePages(pages: Page[], projectFolder: string) {
  const version = fingerprint(...folders.map((folder) => join(projectFolder, folder)))

  function addRoute(router: IRouter, page?: Page): void {
    const excerpts = (page?.sources ?? homeSources).map((source) => readSource(projectFolder, source))
    const title = `The code behind ${page ? page.title : 'the first page'}`
    router.get(pathOf(page), (req, res) => {
      if (page) res.locals.sitePage = page
      // An older address gets the code of today, which must not be cached under it.
      const current = req.query.v === version
      res.set('Cache-Control', current ? 'public, max-age=31536000, immutable' : 'private, no-cache')
      res.render('source', { title, excerpts, url: page?.url ?? '/' })
    })
  }

  return {
    addRoutes(router: IRouter): void {
      for (const page of [undefined, ...pages]) addRoute(router, page)
    },

    url: (page?: Page) => `${pathOf(page)}?v=${version}`,
    fileOf,
  }
}

function pathOf(page: Page | undefined): string {
  return `/source${page?.url ?? ''}`
}
