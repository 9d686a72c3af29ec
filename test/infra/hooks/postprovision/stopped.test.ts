// The postprovision hook stopped half-way or killed: nothing stays open for longer than until the next run.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { assertFailed } from '../../../support/hooks.ts'
import { noSignals } from '../../../support/platform.ts'
import { assertClosed, cloud, hooks, succeeded, temporaryRules } from '../../../support/provision.ts'

const { arm, blobs, identity, sql } = cloud

describe('postprovision, stopped half-way, closes everything', { skip: noSignals }, () => {
  it('by SIGTERM while it prepares the database', async () => {
    await sql.execute(`DROP USER [${identity.app.name}]`)
    sql.faults.hangNext()
    const { queryCount } = sql
    const hook = hooks.startProcess('postprovision')
    await hook.until(() => sqlIsOpen() && sql.queryCount > queryCount)
    hook.kill('SIGTERM')

    assertFailed(await hook.ended, /Stopped, and nothing was left open: run `azd hooks run postprovision`/)
    await assertClosed()
    assert.partialDeepStrictEqual(await hooks.run('postprovision'), succeeded)
  })

  it('by Ctrl-C, pressed twice, under tsx, which kills what does not answer at once', async () => {
    await blobs.delete('Welcome.md')
    uploadHangs()
    const hook = hooks.startWithTsx('postprovision', {
      NODE_OPTIONS: `--import=data:text/javascript,${deaf}`,
    })
    await hook.until(uploading)
    arm.faults.delayNext(300)
    hook.pressCtrlC()
    await hook.printed('Stopping')
    hook.pressCtrlC()

    const { code, stderr } = await hook.ended
    assert.match(stderr, /Stopped, and nothing was left open/)
    assert.equal(code, 128 + 2, 'the code of tsx, which has killed its child')
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
    await hook.printed('Waiting')
    hook.kill('SIGINT')

    assertFailed(await hook.ended, /Stopped/)
    await assertClosed()
  })

  it('or says that it could not', async () => {
    uploadHangs()
    const hook = hooks.start('postprovision')
    await hook.until(uploading)
    arm.faults.failNext(403, { times: Infinity })
    hook.kill('SIGINT')

    assertFailed(await hook.ended, /Something is still open: .* Contributor on the resource group/)
    assert.ok(sqlIsOpen() && blobsAreOpen())
  })
})

describe('postprovision, killed', () => {
  it('leaves open what the next run closes, even one that opens nothing', async () => {
    uploadHangs()
    const hook = hooks.startProcess('postprovision')
    await hook.until(uploading)
    hook.kill('SIGKILL')
    await hook.ended
    assert.ok(sqlIsOpen() && blobsAreOpen())

    sql.logins.failNext(18456)
    await hooks.run('postprovision', { DEPLOYED_ROLES_ASSIGNED: 'false' })

    await assertClosed()
  })
})

/** As on a busy machine: the child of tsx has no time to answer signals. */
const deaf = encodeURIComponent(`
  const isChildOfTsx = process.execArgv.some((argument) => argument.includes('tsx'))
  const blockedFor = new Int32Array(new SharedArrayBuffer(4))
  if (isChildOfTsx && !process.env.HOOK_HAS_OWN_PROCESS) setInterval(() => Atomics.wait(blockedFor, 0, 0, 400), 1)
`)

/** Refused once, so that the hook opens the account; then it waits for an answer. */
function uploadHangs(): void {
  blobs.faults.failNext(403, { code: 'AuthorizationFailure' })
  blobs.faults.hangNext()
}

const uploading = () => blobsAreOpen() && blobs.requests.length === 2

const sqlIsOpen = () => temporaryRules().length > 0
const blobsAreOpen = () => !blobs.firewall.closed
