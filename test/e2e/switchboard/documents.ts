// The switches of Blob Storage, and what they do to the documents.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { url } from '../../../src/routes/documents.ts'
import { assertError, type Cases, openBoth } from '../two-windows.ts'

export const cases: Cases = {
  blobs: {
    async 'blobs-role-missing'(t) {
      const { visit, press, asked } = await openBoth(t)
      const { heading } = await visit(url)

      await press('blobs-role-missing')
      assertError(await visit(url), /Azure refused access/)
      assert.match((await asked('blobs'))[0] ?? '', /id-keyless-express 403/)

      await press('blobs-role-missing')
      assert.equal((await visit(url)).heading, heading)
    },

    async 'blobs-break-off'(t) {
      const { press, asked, download, bytes } = await openDocument(t)

      await press('blobs-break-off')
      assert.deepEqual(await readFile(await (await download()).path()), bytes)

      const [rest, first] = await asked('blobs')
      assert.match(rest ?? '', /switched\.bin \(bytes=100000-199999\) .* 206/)
      assert.match(first ?? '', /switched\.bin .* 200, cut off/)
    },

    async 'blobs-keep-breaking-off'(t) {
      const { press, download, bytes } = await openDocument(t)

      await press('blobs-keep-breaking-off')
      assert.ok(await (await download()).failure())

      await press('blobs-keep-breaking-off')
      assert.deepEqual(await readFile(await (await download()).path()), bytes)
    },
  },
}

async function openDocument(t: TestContext) {
  const { cloud, window, visit, ...both } = await openBoth(t)
  const bytes = randomBytes(200_000)
  await cloud.blobs.put('switched/switched.bin', bytes)
  await visit(`${url}/switched/switched.bin?view`)
  return {
    ...both,
    bytes,
    /** Clicks the button on the page of the document. */
    async download() {
      const [download] = await Promise.all([
        window.waitForEvent('download'),
        window.getByRole('link', { name: 'Download', exact: true }).click(),
      ])
      return download
    },
  }
}
