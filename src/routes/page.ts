// A page of the site. Its route file declares it once: navigation, first page, JSON index, readiness, robots.txt and the
// tests of every page follow from that.
import type { Router } from 'express'
import type { Azure } from '../azure/connect.ts'
import type { Limits } from '../limits.ts'

declare global {
  namespace Express {
    interface Locals {
      /** The page that the address belongs to, for templates. */
      sitePage?: Page
    }
  }
}

export interface Page {
  /** Where its router is mounted, such as `/documents`. */
  url: string
  title: string
  /** One sentence, for the first page, the JSON index and search engines. */
  description: string
  /** What the site's identity may do, and where. The file in `infra/` that grants it says the same. */
  access: { service: string; role: string; scope: string }
  /** The files whose code the page shows; the last is the one that asks Azure. */
  sources: string[]
  router: Router
  /** Whether the service behind it answers, under its name in `/readyz`. Pages that share a service need one check. */
  readiness?: { name: string; check(signal: AbortSignal): Promise<unknown> }
  /** Off where a crawler's visits would keep a database awake or read a vault. */
  crawlable?: boolean
}

/** What a page may be made from. */
export type PageContext = Azure & { limits: Limits }
