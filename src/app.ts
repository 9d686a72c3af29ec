// The whole request path, from top to bottom.
// By default import: an older Node.js has no findPackageJSON, and could not load the file that says which version it needs.
import module from 'node:module'
import { dirname, join } from 'node:path'
import ejs from 'ejs'
import express, { type Express } from 'express'
import type { Azure } from './azure/connect.ts'
import type { Config } from './config.ts'
import { errorHandler, notFound } from './errors/error-handler.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import { createAssets } from './middleware/assets.ts'
import { compress } from './middleware/compression.ts'
import { deadline } from './middleware/deadline.ts'
import { rateLimitPerClient } from './middleware/rate-limit.ts'
import { readOnly } from './middleware/read-only.ts'
import { countAttempts } from './middleware/refresh.ts'
import { requestLog } from './middleware/request-log.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { healthRoutes } from './routes/health.ts'
import { homeRoutes } from './routes/home.ts'
import { createPages } from './routes/index.ts'
import * as format from './view-models/format.ts'
import { createSourceCode } from './view-models/source-code.ts'

/** Builds the site. It listens nowhere yet, and asks nothing of Azure before a request does. */
export function createApp(
  azure: Azure,
  { rateLimitPerMinute }: Pick<Config, 'rateLimitPerMinute'>,
  limits: Limits,
  log: Log,
): Express {
  const app = express()
  // App Service's front end is the one proxy before the site: its X-Forwarded-* headers count.
  app.set('trust proxy', 1)
  app.set('views', join(projectFolder, 'views'))
  app.engine('ejs', ejs.renderFile)
  app.set('view engine', 'ejs')
  app.enable('view cache')

  const assets = createAssets(join(projectFolder, 'public'))
  const pages = createPages({ ...azure, limits })
  // What every template may use.
  Object.assign(app.locals, { assets, format, sitePages: pages, sourceCode: createSourceCode(projectFolder) })

  app.use(requestLog(log))
  app.use(securityHeaders)
  app.use(compress)
  app.use(countAttempts)
  app.use(readOnly)
  app.use(assets.router)
  app.use(deadline(limits.requestMs))

  app.use(healthRoutes(pages, limits, log))
  if (rateLimitPerMinute) app.use(rateLimitPerClient(rateLimitPerMinute))
  app.use(homeRoutes(pages))
  for (const page of pages) {
    app.use(page.url, (_req, res, next) => {
      res.locals.sitePage = page
      next()
    })
    app.use(page.url, page.router)
  }

  app.use(notFound)
  app.use(errorHandler)
  return app
}

/** Where views/ and public/ are: beside package.json, in a checkout and in the built dist/ alike. */
const projectFolder = dirname(module.findPackageJSON(import.meta.url) ?? '.')
