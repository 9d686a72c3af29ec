// What the postprovision hook waits for, and that it does not wait for ever.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertFailed } from '../../../support/hooks.ts'
import { assertClosed, cloud, hooks, succeeded } from '../../../support/provision.ts'

const { arm, blobs, sql } = cloud

describe('postprovision waits', () => {
  it('for a database that is waking up', async () => {
    sql.logins.failNext(40613, { times: 3 })

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.equal(stdout.match(/Waiting for the database to wake up/g)?.length, 3)
  })

  it('for a firewall rule that takes its time', async () => {
    sql.logins.failNext(40615, { times: 3 })

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.equal(stdout.match(/Waiting for the SQL server to let in 127\.0\.0\.1/g)?.length, 3)
    assert.equal(arm.requests.filter(({ method }) => method === 'PUT').length, 1)
  })

  it('for a role that is on its way', async () => {
    blobs.faults.failNext(403, { times: 3 })

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.equal(stdout.match(/Waiting for your role on the container/g)?.length, 3)
  })

  it('for Azure Resource Manager that is busy', async () => {
    arm.faults.failNext(409, { code: 'StorageAccountOperationInProgress' })
    arm.faults.failNext(429, { headers: { 'retry-after': '0' } })
    arm.faults.dropNext()

    assert.partialDeepStrictEqual(await hooks.run('postprovision'), succeeded)
  })

  it('for a server that drops the connection', async () => {
    sql.firewall.closed = false
    sql.logins.dropNext()
    sql.faults.dropNext()

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.equal(stdout.match(/Waiting for the SQL server to answer/g)?.length, 2)
  })
})

describe('postprovision does not wait for ever', () => {
  const shortly = { HOOK_DATABASE_SECONDS: '0.2', HOOK_FIREWALL_SECONDS: '0.2', HOOK_ROLE_SECONDS: '0.2' }
  const always = { times: Infinity }
  const causes: [what: string, cause: () => void, sentence: RegExp][] = [
    [
      'for a database that stays asleep',
      () => sql.logins.failNext(40613, always),
      /The database does not wake up .*: look at it in the portal, then run/,
    ],
    [
      'for a rule that never works',
      () => sql.logins.failNext(40615, always),
      /The SQL server still refuses 127\.0\.0\.1: .*, then run/,
    ],
    [
      'for a server that never answers',
      () => sql.logins.dropNext(always),
      /The SQL server cannot be reached .*port 1433, then run/,
    ],
    [
      'for a role that never works',
      () => blobs.faults.failNext(403, always),
      /Your role on the container still does not work .*: wait a few minutes, then run .* `azd provision --no-state` if/,
    ],
    [
      'for an account that never opens',
      () => blobs.faults.failNext(403, { code: 'AuthorizationFailure', ...always }),
      /Blob Storage still refuses this machine .*: ask whether a policy/,
    ],
    [
      'for Azure Resource Manager',
      () => arm.faults.failNext(503, always),
      /Azure Resource Manager failed at .*ServerTimeout.*: run/,
    ],
  ]
  for (const [what, cause, sentence] of causes) {
    it(`${what}, and leaves everything closed`, async () => {
      cause()

      assertFailed(await hooks.run('postprovision', shortly), sentence)
      await assertClosed()
    })
  }
})
