// The whole request path, from top to bottom.
import { join } from 'node:path'
import ejs from 'ejs'
import express, { type Express } from 'express'
import type { Azure } from './azure/connect.ts'
import { answerError, notFound } from './http/answer.ts'
import { deadline } from './http/deadline.ts'
import { requestLog } from './http/request-log.ts'
import { securityHeaders } from './http/security-headers.ts'
import type { Limits } from './limits.ts'
import type { Log } from './log.ts'
import { projectFolder } from './project-folder.ts'
import { documentRoutes } from './routes/documents.ts'
import { healthRoutes } from './routes/health.ts'
import { homeRoutes } from './routes/home.ts'
import { productRoutes } from './routes/products.ts'
import { secretRoutes } from './routes/secret.ts'

/** Builds the site. It listens nowhere yet, and asks nothing of Azure before a request does. */
export function createApp(azure: Azure, limits: Limits, log: Log): Express {
  const app = express()
  // App Service's front end is the one proxy before the site: its X-Forwarded-* headers count.
  app.set('trust proxy', 1)
  app.set('views', join(projectFolder, 'views'))
  app.engine('ejs', ejs.renderFile)
  app.set('view engine', 'ejs')
  app.enable('view cache')

  app.use(requestLog(log))
  app.use(securityHeaders)
  app.use('/assets', express.static(join(projectFolder, 'public'), { index: false, redirect: false }))
  app.use(deadline(limits.requestMs))

  app.use('/', healthRoutes(azure, limits))
  app.use('/', homeRoutes())
  app.use('/documents', documentRoutes(azure))
  app.use('/secret', secretRoutes(azure))
  app.use('/products', productRoutes(azure))

  app.use(notFound)
  app.use(answerError)
  return app
}
