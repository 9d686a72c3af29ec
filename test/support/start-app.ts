// The real site on a free port, in front of the local cloud that all tests of a process share.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import supertest from 'supertest'
import { createApp } from '../../src/app.ts'
import { connectAzure } from '../../src/azure/connect.ts'
import { readConfig } from '../../src/config.ts'
import { createHttpServer } from '../../src/http-server.ts'
import { type Limits, limits } from '../../src/limits.ts'
import { createLog } from '../../src/log.ts'
import { createPages } from '../../src/routes/index.ts'
import { startTelemetry } from '../../src/telemetry/index.ts'
import { cloud } from './cloud.ts'

/** The pages of the site, for tests of every page. */
export const pages = createPages({
  ...connectAzure(readConfig(cloud.env), limits, createLog({ write() {} })),
  limits,
})

/** The setting that turns telemetry on, and sends it to the local cloud. */
export const telemetryOn = { APPLICATIONINSIGHTS_CONNECTION_STRING: cloud.telemetry.connectionString }

/** Deadlines that a busy machine keeps too. A test of a deadline brings its own. */
const patient: Partial<Limits> = {
  requestMs: 60_000,
  readinessMs: 60_000,
  tokenMs: 60_000,
  secretReadMs: 60_000,
  sqlLoginMs: 60_000,
}

/**
 * Starts the site for one test and stops it afterwards. The test fails when the site answered 500 to anything.
 *
 * @param shorter deadlines, limits and cache times that the test wants shorter
 * @param settings app settings that the test wants otherwise
 */
export async function startApp(
  t: TestContext,
  shorter: Partial<Limits> = {},
  settings: Record<string, string> = {},
) {
  const logged: string[] = []
  const log = createLog({ write: (line) => logged.push(line) })
  const testLimits = { ...limits, ...patient, ...shorter }
  const config = readConfig({ ...cloud.env, ...settings })
  const azure = connectAzure(config, testLimits, log)
  const { credential } = azure
  const telemetry =
    config.telemetry &&
    startTelemetry(config.telemetry, { credential, sql: config.sql, limits: testLimits, log })
  const app = createApp(azure, config, testLimits, log, telemetry)
  const server = createHttpServer(app, testLimits).listen(0, '127.0.0.1')
  await once(server, 'listening')

  t.after(async () => {
    cloud.identity.faults.clear()
    cloud.blobs.faults.clear()
    cloud.vault.faults.clear()
    cloud.sql.logins.clear()
    cloud.sql.faults.clear()
    server.closeAllConnections()
    server.close()
    await azure.close()
    await telemetry?.close()
    cloud.telemetry.faults.clear()
    assert.deepEqual(
      logged.filter((line) => !site.mayAnswer500 && line.includes('"status":500')),
      [],
      'the site answered 500',
    )
  })

  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const site = {
    app,
    cloud,
    telemetry,
    azure,
    origin,
    port,
    logged,
    request: supertest(origin),
    mayAnswer500: false,
  }
  return site
}
