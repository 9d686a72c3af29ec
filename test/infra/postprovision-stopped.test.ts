// The postprovision hook stopped half-way or killed: nothing stays open for longer than until the next run.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventually } from '../support/eventually.ts'
import { assertFailed } from '../support/hooks.ts'
import { assertClosed, cloud, hooks, succeeded } from '../support/provision.ts'

const { arm, blobs, identity, sql } = cloud

describe('postprovision, stopped half-way, closes everything', () => {
  it('by SIGTERM while it prepares the database', async () => {
    await sql.execute(`DROP USER [${identity.app.name}]`)
    sql.queries.hangNext()
    const { queryCount } = sql
    const hook = hooks.start('postprovision')
    await eventually(() => sqlIsOpen() && sql.queryCount > queryCount)
    hook.kill('SIGTERM')

    assertFailed(await hook.ended, /Stopped, and nothing was left open: run `azd hooks run postprovision`/)
    await assertClosed()
    assert.partialDeepStrictEqual(await hooks.run('postprovision'), succeeded)
  })

  it('by Ctrl-C while it uploads under tsx, pressed twice', async () => {
    await blobs.delete('Welcome.md')
    uploadHangs()
    const hook = hooks.startWithTsx('postprovision')
    await eventually(() => uploading(), 10_000)
    arm.faults.delayNext(300)
    hook.pressCtrlC()
    await eventually(() => hook.output.stdout.includes('Stopping'))
    hook.pressCtrlC()

    assertFailed(await hook.ended, /Stopped, and nothing was left open/)
    await assertClosed()
    const { stdout } = await hooks.run('postprovision')
    assert.match(stdout, /Documents uploaded: 1\n/)
  })

  it('while it waits', async () => {
    sql.logins.failNext(40615, { times: Infinity })
    const hook = hooks.start('postprovision', {
      HOOK_FIRST_PAUSE_SECONDS: '60',
      HOOK_LONGEST_PAUSE_SECONDS: '60',
    })
    await eventually(() => hook.output.stdout.includes('Waiting'))
    hook.kill('SIGINT')

    assertFailed(await hook.ended, /Stopped/)
    await assertClosed()
  })

  it('or says that it could not', async () => {
    uploadHangs()
    const hook = hooks.start('postprovision')
    await eventually(() => uploading())
    arm.faults.failNext(403, { times: Infinity })
    hook.kill('SIGINT')

    assertFailed(await hook.ended, /Something is still open: .* Contributor on the resource group/)
    assert.ok(sqlIsOpen() && blobsAreOpen())
  })
})

describe('postprovision, killed', () => {
  it('leaves open what the next run closes, even one that opens nothing', async () => {
    uploadHangs()
    const hook = hooks.start('postprovision')
    await eventually(() => uploading())
    hook.kill('SIGKILL')
    await hook.ended
    assert.ok(sqlIsOpen() && blobsAreOpen())

    sql.logins.failNext(18456)
    await hooks.run('postprovision', { DEPLOYED_ROLES_ASSIGNED: 'false' })

    await assertClosed()
  })
})

/** Refused once, so that the hook opens the account; then it waits for an answer. */
function uploadHangs(): void {
  blobs.faults.failNext(403, { code: 'AuthorizationFailure' })
  blobs.faults.hangNext()
}

const uploading = () => blobsAreOpen() && blobs.requests.length === 2

const sqlIsOpen = () => arm.firewallRules.has('azd-postprovision')
const blobsAreOpen = () => !blobs.firewall.closed
