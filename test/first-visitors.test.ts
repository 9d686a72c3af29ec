import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rawRequest } from './support/raw-request.ts'
import { pages, startApp } from './support/start-app.ts'

// In a file of its own: tokens are cached for the life of the process, so only its first requests are cold.
describe('100 first visitors at once', () => {
  it('are all answered, with one identity request per audience', async (t) => {
    const { cloud, origin } = await startApp(t)
    const paths = ['/', ...pages.map(({ url }) => url), '/readyz']

    const statuses = await Promise.all(
      Array.from(
        { length: 100 },
        async (_, i) => (await rawRequest(origin, paths[i % paths.length] ?? '/')).status,
      ),
    )

    assert.deepEqual(new Set(statuses), new Set([200]))
    const audiences = cloud.identity.requests.map(({ resource }) => resource)
    assert.equal(audiences.length, new Set(audiences).size, audiences.join(' '))
    assert.equal(audiences.length, pages.filter(({ readiness }) => readiness).length)
  })
})
