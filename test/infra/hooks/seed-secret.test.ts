// The secret that the local cloud starts with.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cloud } from '../../support/cloud.ts'

describe('the secret in the seed of the local cloud', () => {
  it('has a random value, and expires in a year', async () => {
    const { identity, env } = cloud
    const url = `${cloud.vault.endpoint}/secrets/${env.AZURE_KEY_VAULT_SECRET_NAME}?api-version=7.6`
    const authorization = `Bearer ${identity.issue(identity.app, 'https://vault.localhost')}`

    const response = await fetch(url, { headers: { authorization } })

    const { value, contentType, attributes } = JSON.parse(await response.text())
    const days = (attributes.exp * 1000 - Date.now()) / (24 * 60 * 60 * 1000)
    assert.match(value, /^[\w-]{32}$/)
    assert.ok(days > 364 && days < 367, `${days} days`)
    assert.equal(contentType, 'text/plain')
  })
})
