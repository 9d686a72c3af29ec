// The record of what a step has done: a tag of an Azure resource.
import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createArm } from '../../../../infra/hooks/shared/arm.ts'
import type { Context } from '../../../../infra/hooks/shared/context.ts'
import { readLimits } from '../../../../infra/hooks/shared/limits.ts'
import { unlessRecorded } from '../../../../infra/hooks/shared/record.ts'
import { readSettings } from '../../../../infra/hooks/shared/settings.ts'
import { cloud, hooks } from '../../../support/provision.ts'

const { arm, identity } = cloud
const server = `Microsoft.Sql/servers/${arm.sqlServer}`
const settings = readSettings(hooks.env)
const signIn = {
  getToken: async () => ({ token: identity.issue(identity.deployer, arm.endpoint), expiresOnTimestamp: 0 }),
  principal: async () => ({}),
}
const limits = readLimits(hooks.env)
const context: Context = {
  settings,
  limits,
  signIn,
  arm: createArm(settings, signIn, limits),
  provisioning: true,
  signal: AbortSignal.timeout(60_000),
}

/** Gives whether the step was run. */
async function runs({ parts = ['one'] as unknown[], provisioning = true, step = async () => {} } = {}) {
  let ran = false
  await unlessRecorded(
    { ...context, provisioning },
    server,
    async () => parts,
    async () => {
      ran = true
      await step()
    },
  )
  return ran
}

describe('a step with a record', () => {
  beforeEach(() => arm.removeTags())

  it('is run once', async () => {
    assert.equal(await runs(), true)
    assert.equal(await runs(), false)
  })

  it('is run again by name', async () => {
    await runs()

    assert.equal(await runs({ provisioning: false }), true)
    assert.equal(await runs(), false)
  })

  it('is run again when what it depends on has changed', async () => {
    await runs({ parts: ['ab', 'c'] })

    assert.equal(await runs({ parts: ['a', 'bc'] }), true)
  })

  it('is run again after a deployment of the template, which sets the tags anew', async () => {
    await runs()
    arm.removeTags()

    assert.equal(await runs(), true)
  })

  it('is run again after it has failed', async () => {
    await runs()
    const step = () => Promise.reject(new Error('half-way'))
    await assert.rejects(runs({ provisioning: false, step }), /half-way/)

    assert.equal(await runs(), true)
  })

  it('is run each time where what it depends on cannot be told', async () => {
    assert.equal(await runs({ parts: [undefined] }), true)
    assert.equal(await runs({ parts: [undefined] }), true)
  })

  for (const status of [403, 404, 405, 501, 503]) {
    it(`is run each time where tags cannot be had (${status}), without waiting for them`, async () => {
      await runs()
      arm.refuseTags(status)
      arm.requests.length = 0

      assert.equal(await runs(), true)
      assert.deepEqual(
        arm.requests.map(({ method }) => method),
        ['GET', 'PATCH'],
      )
    })
  }
})
