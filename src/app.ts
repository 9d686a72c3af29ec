// The whole request path, from top to bottom.
// A default import, because importing a missing findPackageJSON by name would fail in older Node.js versions, before
// node-version.ts can print which version is needed.
import module from 'node:module'
import { dirname, join } from 'node:path'
import ejs from 'ejs'
import express, { type Express } from 'express'
import type { Azure } from './azure/connect.ts'
import type { Config } from './config.ts'
import { errorHandler, notFound } from './errors/error-handler.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import { allowMethods } from './middleware/allowed-methods.ts'
import { createAssets } from './middleware/assets.ts'
import { compress } from './middleware/compression.ts'
import { deadline } from './middleware/deadline.ts'
import { rateLimitPerClient } from './middleware/rate-limit.ts'
import { countAttempts } from './middleware/refresh.ts'
import { requestLog } from './middleware/request-log.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { readProject } from './project.ts'
import { addHealthRoutes } from './routes/health.ts'
import { addHomeRoutes } from './routes/home.ts'
import { createPages } from './routes/index.ts'
import { createSourcePages } from './routes/source.ts'
import type { Telemetry } from './telemetry/index.ts'
import { traceRequests } from './trace/middleware.ts'
import { recordRequests } from './trace/recorder.ts'
import * as format from './view-models/format.ts'
import { hostingViewModel } from './view-models/hosting.ts'

/** Creates the Express app. It does not listen yet, and sends no request to Azure before a visitor needs one. */
export function createApp(
  azure: Azure,
  config: Pick<Config, 'rateLimitPerMinute' | 'showTrace' | 'clientId' | 'hasIdentityEndpoint' | 'runsOn'>,
  limits: Limits,
  log: Log,
  telemetry?: Telemetry,
): Express {
  const app = express()
  // Trust the X-Forwarded-* headers of one proxy: App Service's front end.
  app.set('trust proxy', 1)
  app.disable('x-powered-by')
  setUpTemplates(app)

  const project = readProject(projectFolder)
  const assets = createAssets(join(projectFolder, 'public'))
  const pages = createPages({ ...azure, limits })
  const endpoints = pages.flatMap((page) => page.endpoints ?? [])
  const source = createSourcePages(pages, projectFolder)
  // Available in every template.
  const hosting = hostingViewModel(config)
  Object.assign(app.locals, { assets, format, hosting, project, sitePages: pages, source })

  // Routers only where a path leads to them: each that a request enters for nothing costs it a turn of the event loop.
  if (config.showTrace || telemetry) app.use(recordRequests())
  if (telemetry) app.use(telemetry.requests)
  app.use(requestLog(log))
  if (config.showTrace) app.use(traceRequests(config))
  app.use(securityHeaders)
  app.use(compress)
  app.use(countAttempts)
  allowMethods(app, endpoints)
  assets.addRoutes(app)
  app.use(deadline(limits.requestMs))

  addHealthRoutes(app, pages, limits, log)
  if (config.rateLimitPerMinute) app.use(rateLimitPerClient(config.rateLimitPerMinute))
  addHomeRoutes(app, pages)
  for (const { url, router } of endpoints) app.use(url, router)
  source.addRoutes(app)
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

function setUpTemplates(app: Express): void {
  const views = join(projectFolder, 'views')
  // With a root, the files that include('/partials/…') names are not looked for each time.
  const options = { root: views, cache: true }
  app.set('views', views)
  app.engine('ejs', (file, data, callback) => ejs.renderFile(file, data as ejs.Data, options, callback))
  app.set('view engine', 'ejs')
  app.enable('view cache')
}

/** The folder of package.json, views/ and public/: the repository, or dist/ after a build. */
const projectFolder = dirname(module.findPackageJSON(import.meta.url) ?? '.')
