import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type KnownToken, startStep, type TokenStep } from '../../src/trace/steps.ts'
import { describeIdentity, traceViewModel } from '../../src/view-models/trace.ts'

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

describe('the summary of a trace', () => {
  const summaryOf = (token: TokenStep) => {
    token.token = { audience: '', expiresOn: new Date(), givenAt: new Date(), first: token } as KnownToken
    const identity = describeIdentity({ clientId: undefined, hasIdentityEndpoint: true })
    return traceViewModel({ steps: [token] }, identity, 1).summary
  }

  it('says that a token was fetched only if a request was sent for it', () => {
    const token = startStep('token', { audience: 'https://storage.azure.com' })
    assert.match(summaryOf(token), /1 new token/)

    const report = { method: 'GET', host: 'http://127.0.0.1', path: '/', authorized: false }
    token.steps.push(startStep('http', report))
    assert.match(summaryOf(token), /1 token fetched/)
  })
})
