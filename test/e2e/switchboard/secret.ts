// The switches of Key Vault, and what they do to the page of the secret.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { url } from '../../../src/routes/secret.ts'
import { eventually } from '../../support/eventually.ts'
import { startApp } from '../../support/start-app.ts'
import { assertError, type Cases, openBoth } from '../two-windows.ts'

const html = { Accept: 'text/html' }

export const cases: Cases = {
  vault: {
    'vault-role-missing': (t) => refusesAfterReadiness(t, 'vault-role-missing', /Azure refused access/),
    'secret-disabled': (t) => refusesAfterReadiness(t, 'secret-disabled', /The secret is disabled/),

    async 'vault-throttles'(t) {
      const { visit, press, readiness, asked } = await openBoth(t)
      const { heading } = await visit(url)

      await press('vault-throttles')
      assert.match((await readiness()).checks.keyVault?.detail ?? '', /busy/)
      assert.equal((await visit(url)).heading, heading)
      assert.match((await asked('vault'))[0] ?? '', /id-keyless-express 429/)
      // A site that has just started has no secret in memory.
      const started = await startApp(t)
      assert.match((await started.request.get(url).set(html).expect(503)).text, /Azure is busy/)

      await press('vault-throttles')
      await eventually(async () => (await readiness()).checks.keyVault?.status === 'ok')
    },

    async 'secret-rotated'(t) {
      const { visit, press, readiness } = await openBoth(t)
      const before = versionIn(await visit(url))

      await press('secret-rotated')
      assert.equal(versionIn(await visit(url)), before)

      await readiness()
      assert.notEqual(versionIn(await visit(url)), before)
    },

    async 'secret-expired'(t) {
      const { visit, press, readiness } = await openBoth(t)
      const isExpired = async () => /\bExpired\b/.test((await visit(url)).text)
      assert.equal(await isExpired(), false)

      await press('secret-expired')
      await readiness()
      assert.equal(await isExpired(), true)

      await press('secret-expired')
      await eventually(async () => {
        await readiness()
        return !(await isExpired())
      })
    },
  },
}

/** The site shows the secret from memory until it asks the vault again, and works as soon as the switch is off. */
async function refusesAfterReadiness(t: TestContext, id: string, words: RegExp): Promise<void> {
  const { visit, press, readiness, asked } = await openBoth(t)
  const { heading } = await visit(url)

  await press(id)
  assert.equal((await visit(url)).heading, heading)
  assert.equal((await readiness()).checks.keyVault?.status, 'error')
  assertError(await visit(url), words)
  assert.match((await asked('vault'))[0] ?? '', /id-keyless-express 403/)

  await press(id)
  assert.equal((await visit(url)).heading, heading)
}

function versionIn({ text }: { text: string }): string {
  return /\b[0-9a-f]{32}\b/.exec(text)?.[0] ?? assert.fail('The page shows no version.')
}
