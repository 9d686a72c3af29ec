// What /readyz says of one service that fails, for the tests of the page that needs it.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startApp } from './start-app.ts'

type Site = Awaited<ReturnType<typeof startApp>>

/** Breaks one service, and asserts that `/readyz` answers 503, says which check fails and why, and that the others do not. */
export async function assertNotReady(t: TestContext, check: string, breakService: (site: Site) => unknown) {
  const site = await startApp(t)
  await breakService(site)

  const { body } = await site.request.get('/readyz').expect(503)

  assert.equal(body.status, 'error')
  for (const [name, { status, detail }] of Object.entries<Check>(body.checks)) {
    assert.equal(status, name === check ? 'error' : 'ok', name)
    assert.equal(typeof detail, name === check ? 'string' : 'undefined')
  }
}

type Check = { status: string; detail?: string }
