// The only file that uses the process: read the settings, connect, listen, shut down gracefully on SIGTERM.
import './node-version.ts'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import { connectAzure } from './azure/connect.ts'
import { ConfigError, readConfig } from './config.ts'
import { closeGracefully, createHttpServer, listen, PortError } from './http-server.ts'
import { limits } from './limits.ts'
import { createLog } from './log.ts'
import * as formats from './view-models/format.ts'

const config = configOrExit()
const log = createLog()
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  // The state of the process is unknown now, so end it. App Service starts a new one.
  process.on(event, (error) => exitAfter(error, event))
}

let isDraining = false
const azure = connectAzure(config, limits, log)
const telemetry = await startTelemetry()
// Listen without connecting first: App Service waits for the port, and the database may be paused.
const server = createHttpServer(createApp(azure, config, limits, log, telemetry), limits)
// The first request often asks only whether the site is up. Those that need Azure should not wait for code to be loaded.
server.once('request', (_req, res) => res.once('close', preload))
// Not once: a second signal that arrives before there is another listener would kill the process.
process.on('SIGTERM', drain)
process.on('SIGINT', drain)

await listen(server, config.port).catch(exitWithMessage)
setTimeout(preload, limits.preloadMs)
log.info(`listening on http://localhost:${(server.address() as AddressInfo).port}`)

/** An error is an unhandled rejection, which ends the process. */
function preload() {
  void azure.preload()
  formats.preload()
}

/** Loads OpenTelemetry only when there is an address to send telemetry to: otherwise it would only slow down the start. */
async function startTelemetry() {
  if (!config.telemetry) return undefined
  const { startTelemetry } = await import('./telemetry/index.ts')
  const { credential } = azure
  return startTelemetry(config.telemetry, { credential, sql: config.sql, limits, log })
}

/** Stops accepting connections, waits for running responses, closes the pool and exits. A second signal exits at once. */
async function drain(signal: string) {
  if (isDraining) process.exit(1)
  isDraining = true
  log.info({ signal }, 'draining')
  await closeGracefully(server, telemetry ? { ...limits, drainMs: limits.telemetryDrainMs } : limits)
  await Promise.all([azure.close(), telemetry?.close()])
  log.info('closed')
  process.exit(0)
}

function exitAfter(error: unknown, message: string): never {
  log.fatal({ err: error }, message)
  process.exit(1)
}

function configOrExit() {
  try {
    return readConfig(process.env)
  } catch (error) {
    exitWithMessage(error)
  }
}

/** For mistakes that the operator can correct without a stack trace. */
function exitWithMessage(error: unknown): never {
  if (!(error instanceof ConfigError || error instanceof PortError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
