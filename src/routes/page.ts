// A page of the site. Its route file declares it once; the navigation, the home page, the JSON index, /readyz, robots.txt and
// the tests for all pages use this declaration.
import type { Router } from 'express'
import type { Azure } from '../azure/connect.ts'
import type { Limits } from '../limits.ts'

declare global {
  namespace Express {
    interface Locals {
      /** The page that the request is for, for templates. */
      sitePage?: Page
    }
  }
}

/** An address that takes other methods than a page, such as POST. */
export interface Endpoint {
  url: string
  /** The methods that it takes. All others get 405. */
  methods: string[]
  router: Router
}

export interface Page {
  /** Where its router is mounted, such as `/documents`. */
  url: string
  title: string
  /** One sentence for the home page, the JSON index and search engines. */
  description: string
  /**
   * The role of the site's identity and its scope, as granted in `infra/`. `resource` names the scope for the trace, unless
   * `scope` has the name already.
   */
  access: { service: string; role: string; scope: string; resource?: string }
  /**
   * The code behind the page: files, each with the function in it that matters, such as `src/routes/documents.ts#documentRoutes`. The
   * last one calls Azure.
   */
  sources: string[]
  router: Router
  /** What programs call. */
  endpoints?: Endpoint[]
  /** Checks the service of this page, for `/readyz`. Pages that share a service need one check only. */
  readiness?: { name: string; check(signal: AbortSignal): Promise<unknown> }
  /** False if crawlers must stay away: their visits would keep a database awake, or read a vault. */
  crawlable?: boolean
}

/** What a page can use. */
export type PageContext = Azure & { limits: Limits }
