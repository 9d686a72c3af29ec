import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type RawAnswer, rawRequest } from './support/raw-request.ts'
import { pages, startApp } from './support/start-app.ts'
import { metricsIn } from './support/trace.ts'

// In a file of its own: tokens are cached for the life of the process, so only its first requests are cold.
describe('100 first visitors at once', () => {
  it('are all answered, with one identity request per audience', async (t) => {
    const { cloud, origin } = await startApp(t, {}, { SHOW_TRACE: 'true' })
    const { loginCount, queryCount } = cloud.sql
    const paths = ['/', ...pages.map(({ url }) => url), '/readyz']

    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => rawRequest(origin, paths[i % paths.length] ?? '/')),
    )

    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    const audiences = cloud.identity.requests.map(({ resource }) => resource)
    assert.equal(audiences.length, new Set(audiences).size, audiences.join(' '))
    assert.equal(audiences.length, pages.filter(({ readiness }) => readiness).length)

    // What each visitor's Server-Timing tells is together what the services received: nothing twice, nothing left out.
    const { identity, blobs, vault, sql } = cloud
    const sent = [identity.requests, blobs.requests, vault.requests].map(({ length }) => length)
    const { logins, ...counts } = countMetrics(answers)
    assert.deepEqual(counts, {
      requests: sent.reduce((sum, count) => sum + count, vault.challenges),
      statements: sql.queryCount - queryCount,
    })
    // The pool may open a connection for a visitor who gets another one first.
    assert.ok(logins > 0 && logins <= sql.loginCount - loginCount, `${logins} logins`)
  })
})

function countMetrics(answers: RawAnswer[]) {
  const names = answers.flatMap(({ headers }) => {
    return metricsIn(String(headers['server-timing'])).map(({ name }) => name)
  })
  const count = (wanted: string) => names.filter((name) => name === wanted).length
  return { requests: count('http'), statements: count('sql'), logins: count('sql-login') }
}
