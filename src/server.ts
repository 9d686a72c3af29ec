// The only file that touches the process: read the settings, connect, listen, drain on SIGTERM.
import './node-version.ts'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import { connectAzure } from './azure/connect.ts'
import { ConfigError, readConfig } from './config.ts'
import { closeGracefully, createHttpServer, listen, PortError } from './http-server.ts'
import { limits } from './limits.ts'
import { createLog } from './log.ts'

const config = configOrExit()
const log = createLog()
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  // Nobody knows what state the process is in. App Service starts a new one.
  process.on(event, (error) => exitAfter(error, event))
}

const azure = connectAzure(config, limits, log)
// Listen first and connect with the first request: App Service waits for the port, not for the database.
const server = createHttpServer(createApp(azure, config, limits, log), limits)
process.once('SIGTERM', drain)
process.once('SIGINT', drain)

await listen(server, config.port).catch(exitWithSentence)
log.info(`listening on http://localhost:${(server.address() as AddressInfo).port}`)

/** Stops accepting, lets running answers finish for a while, closes the pool and leaves. A second signal ends at once. */
async function drain(signal: string) {
  log.info({ signal }, 'draining')
  for (const again of ['SIGTERM', 'SIGINT']) process.once(again, () => process.exit(1))
  await closeGracefully(server, limits)
  await azure.close()
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
    exitWithSentence(error)
  }
}

/** For what the operator can mend without a stack trace. */
function exitWithSentence(error: unknown): never {
  if (!(error instanceof ConfigError || error instanceof PortError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
