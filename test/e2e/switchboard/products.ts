// The switches of Azure SQL, and what they do to the products.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { url } from '../../../src/routes/products.ts'
import { assertError, type Cases, openBoth } from '../two-windows.ts'

export const cases: Cases = {
  sql: {
    async 'sql-sleeps'(t) {
      const { window, board, visit, press } = await openBoth(t)
      const { heading } = await visit(url)

      await press('sql-sleeps')
      await board.getByText('asleep until somebody logs in', { exact: true }).waitFor()
      assertError(await visit(url), /The database is waking up/)
      await board.getByText(/^waking up: \d s left$/).waitFor()

      // Both windows change without a hand: the switchboard first, and the site when its page reloads itself.
      await board.locator('#button-sql-sleeps[aria-pressed="false"]').waitFor()
      await window.getByRole('heading', { name: heading, level: 1, exact: true }).waitFor({ timeout: 60_000 })
    },

    async 'sql-fails-over'(t) {
      const { cloud, visit, press } = await openBoth(t)
      const { heading } = await visit(url)
      const before = cloud.sql.loginCount

      await press('sql-fails-over')

      const page = await visit(url)
      assert.deepEqual([page.status, page.heading], [200, heading])
      assert.ok(cloud.sql.loginCount > before)
    },

    'sql-refuses-user': (t) =>
      refuses(t, 'sql-refuses-user', /refused the sign-in of the site/, /login .* error 18456/),
    'sql-grant-missing': (t) =>
      refuses(t, 'sql-grant-missing', /refused the site access to the table/, /SELECT .* error 229/),
  },
}

/** The site shows an error from the next visit on, and works as soon as the switch is off. */
async function refuses(t: TestContext, id: string, words: RegExp, entry: RegExp): Promise<void> {
  const { visit, press, asked } = await openBoth(t)
  const { heading } = await visit(url)

  await press(id)
  assertError(await visit(url), words)
  assert.match((await asked('sql'))[0] ?? '', entry)

  await press(id)
  assert.equal((await visit(url)).heading, heading)
}
