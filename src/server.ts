// The only file that touches the process: read the settings, connect, listen, drain on SIGTERM.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.ts'
import { connectAzure } from './azure/connect.ts'
import { ConfigError, readConfig } from './config.ts'
import { limits } from './limits.ts'
import { createLog } from './log.ts'

process.setSourceMapsEnabled(true)

const config = configOrExit()
const log = createLog()
const azure = connectAzure(config, limits, log)
// Listen first and connect with the first request: App Service waits for the port, not for the database.
const server = createApp(azure, limits, log).listen(config.port, (error) => {
  if (error) {
    log.fatal({ err: error }, 'cannot listen; choose another PORT')
    process.exit(1)
  }
  const { port } = server.address() as AddressInfo
  log.info(`listening on http://localhost:${port}`)
})

process.once('SIGTERM', drain)
process.once('SIGINT', drain)

/** Stops accepting, lets running answers finish for a while, closes the pool and leaves. */
async function drain(signal: string) {
  log.info({ signal }, 'draining')
  const late = setTimeout(() => server.closeAllConnections(), limits.drainMs)
  server.close()
  await once(server, 'close')
  clearTimeout(late)
  await azure.close()
  log.info('closed')
  process.exit(0)
}

function configOrExit() {
  try {
    return readConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
