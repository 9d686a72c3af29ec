// The postprovision hook of a pipeline, whose service principal administers SQL itself, without a group.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { principal } from 'local-cloud'
import { createAdministrator } from '../../../../infra/hooks/database/administrator.ts'
import { readSettings } from '../../../../infra/hooks/shared/settings.ts'
import { assertFailed } from '../../../support/hooks.ts'
import { noSignals } from '../../../support/platform.ts'
import { assertClosed, cloud, hooks, succeeded } from '../../../support/provision.ts'

const { identity, sql } = cloud
const pipeline = { ...identity.deployer, kind: 'app' as const }
const asPipeline = { DEPLOYER_PRINCIPAL_TYPE: 'ServicePrincipal' }

describe('postprovision as a service principal', () => {
  it('leaves the administrator as it is where the server knows it by its object id', async () => {
    hooks.signIn(pipeline)

    const { stdout, ...result } = await hooks.run('postprovision', asPipeline)

    assert.deepEqual(result, succeeded)
    assert.doesNotMatch(stdout, /client id/)
    assert.equal(sql.administrator.sid, pipeline.objectId)
  })

  it('names itself by its client id where the server knows it by that alone', async () => {
    hooks.signIn(pipeline)
    sql.administrator.byClientIdOnly = true

    const { stdout, ...result } = await hooks.run('postprovision', asPipeline)

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Set the client ID of this service principal as the administrator/)
    assert.equal(sql.administrator.sid, pipeline.clientId)
    await assertClosed()
  })

  it('waits until the server knows it', async () => {
    hooks.signIn(pipeline)
    sql.administrator.byClientIdOnly = true
    sql.logins.failNext(40615)
    sql.logins.failNext(18456, { times: 3 })

    const { stdout, ...result } = await hooks.run('postprovision', asPipeline)

    assert.deepEqual(result, succeeded)
    assert.equal(stdout.match(/Set the client ID/g)?.length, 1)
    assert.equal(stdout.match(/Waiting for the SQL server to accept the client ID/g)?.length, 3)
  })

  it('puts the object id back, and asks for a group, where neither is known', async () => {
    hooks.signIn(pipeline)
    sql.logins.failNext(18456, { times: Infinity })

    const outcome = await hooks.run('postprovision', { ...asPipeline, HOOK_ADMINISTRATOR_SECONDS: '0.2' })

    assertFailed(outcome, /put it into a Microsoft Entra group, .*SQL_ADMIN_GROUP_OBJECT_ID/)
    assert.equal(sql.administrator.sid, pipeline.objectId)
  })

  it('puts the object id back when it is stopped', { skip: noSignals }, async () => {
    hooks.signIn(pipeline)
    sql.logins.failNext(18456, { times: Infinity })
    const hook = hooks.start('postprovision', asPipeline)
    await hook.printed('Waiting for the SQL server to accept the client ID')
    hook.kill('SIGINT')

    assertFailed(await hook.ended, /Stopped/)
    assert.equal(sql.administrator.sid, pipeline.objectId)
  })

  it('asks for a group where the administrator cannot be changed', async () => {
    const calls: object[] = []
    const properties = {
      administratorType: 'ActiveDirectory',
      login: 'x',
      sid: pipeline.objectId,
      tenantId: 'y',
    }
    const administrator = createAdministrator({
      settings: readSettings({ ...hooks.env, ...asPipeline }),
      signIn: { principal: async () => ({ clientId: pipeline.clientId }) },
      arm: async <T>({ method, body }: { method: string; body?: object }) => {
        if (method === 'GET') return { properties } as T
        calls.push(body ?? {})
        if (calls.length === 1) throw new Error('refused')
        return undefined as T
      },
    })

    assert.equal(await administrator.useClientId(), false)
    await administrator.restore()

    assert.deepEqual(calls.at(-1), { properties })
  })

  it('does not make itself the administrator in place of another', async () => {
    hooks.signIn(pipeline)
    const group = principal('a group').objectId
    sql.administrator.sid = group

    const outcome = await hooks.run('postprovision', asPipeline)

    assertFailed(outcome, /does not know this service principal as its administrator/)
    assert.equal(sql.administrator.sid, group)
  })
})
