// The whole request path, from top to bottom.
import { join } from 'node:path'
import ejs from 'ejs'
import express, { type Express } from 'express'
import type { Azure } from './azure/connect.ts'
import type { Config } from './config.ts'
import { answerError, notFound } from './http/answer.ts'
import { createAssets } from './http/assets.ts'
import { countAttempts } from './http/attempts.ts'
import { compress } from './http/compress.ts'
import { deadline } from './http/deadline.ts'
import { readOnly } from './http/methods.ts'
import { rateLimitPerClient } from './http/rate-limit.ts'
import { requestLog } from './http/request-log.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import * as format from './pages/format.ts'
import { services } from './pages/services.ts'
import { createSourceCode } from './pages/source-code.ts'
import { projectFolder } from './project-folder.ts'
import { documentRoutes } from './routes/documents.ts'
import { healthRoutes } from './routes/health.ts'
import { homeRoutes } from './routes/home.ts'
import { productRoutes } from './routes/products.ts'
import { secretRoutes } from './routes/secret.ts'

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
  // What every template may use.
  Object.assign(app.locals, { assets, format, services, sourceCode: createSourceCode(projectFolder) })

  app.use(requestLog(log))
  app.use(securityHeaders)
  app.use(compress)
  app.use(countAttempts)
  app.use(readOnly)
  app.use(assets.router)
  app.use(deadline(limits.requestMs))

  app.use('/', healthRoutes(azure, limits, log))
  if (rateLimitPerMinute) app.use(rateLimitPerClient(rateLimitPerMinute))
  app.use('/', homeRoutes())
  app.use('/documents', documentRoutes(azure))
  app.use('/secret', secretRoutes(azure))
  app.use('/products', productRoutes(azure))

  app.use(notFound)
  app.use(answerError)
  return app
}
