// The switches of Application Insights: whatever the ingestion endpoint does, no page shows it.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { url } from '../../../src/routes/products.ts'
import { eventually } from '../../support/eventually.ts'
import { telemetryOn } from '../../support/start-app.ts'
import { type Cases, openBoth } from '../two-windows.ts'

const often = { telemetryDelayMs: 10, telemetryPauseMs: 500, telemetrySendMs: 2_000 }

export const cases: Cases = {
  telemetry: {
    'telemetry-refuses-token': (t) => isNotNoticed(t, 'telemetry-refuses-token', /track .* 401/),
    'telemetry-throttles': (t) => isNotNoticed(t, 'telemetry-throttles', /track .* 429/),
    'telemetry-down': (t) => isNotNoticed(t, 'telemetry-down', /track .* 503/),
    'telemetry-hangs': (t) => isNotNoticed(t, 'telemetry-hangs', /track .* no answer yet/),
  },
}

/** The page answers as before, one line is logged, and what was kept arrives when the switch is off. */
async function isNotNoticed(t: TestContext, id: string, entry: RegExp): Promise<void> {
  const { cloud, logged, board, visit, press, asked } = await openBoth(t, often, telemetryOn)
  await cloud.telemetry.reset()

  await press(id)
  assert.equal((await visit(url)).status, 200)
  await eventually(async () => (await asked('telemetry')).some((each) => entry.test(each)))
  const complaints = () => logged.filter((line) => line.includes('telemetry cannot be sent'))
  await eventually(() => complaints().length > 0)
  assert.equal((await visit(url)).status, 200)
  assert.equal(cloud.telemetry.items().length, 0)

  await press(id)
  await board.locator('#latest-traces summary').getByText(`GET ${url}`).nth(1).waitFor()
  assert.equal(complaints().length, 1)
}
