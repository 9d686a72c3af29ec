import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describeIdentity } from '../../src/view-models/trace.ts'

describe('the identity in a trace', () => {
  it('is named by its client id whenever one is set', () => {
    const clientId = '6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'
    for (const hasIdentityEndpoint of [true, false]) {
      assert.equal(describeIdentity({ clientId, hasIdentityEndpoint }).clientId, clientId)
    }
  })

  it('is the system-assigned one where App Service offers an identity, and the developer elsewhere', () => {
    const clientId = undefined
    assert.match(describeIdentity({ clientId, hasIdentityEndpoint: true }).name, /^System-assigned/)
    const developer = describeIdentity({ clientId, hasIdentityEndpoint: false })
    assert.match(developer.name, /developer’s own sign-in$/)
    assert.equal(developer.roleLabel, 'Role of the site')
  })
})
