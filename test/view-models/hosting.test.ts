import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hostingViewModel } from '../../src/view-models/hosting.ts'

describe('what the pages say about a site that runs outside of App Service', () => {
  it('is that it signs in as a developer, unless there is a managed identity', () => {
    const noteOf = (hasIdentityEndpoint: boolean) =>
      hostingViewModel({ runsOn: 'elsewhere', hasIdentityEndpoint }).note ?? ''

    assert.match(noteOf(false), /Its services are in Azure\. .*signs in as a developer/)
    assert.doesNotMatch(noteOf(true), /developer/)
  })
})
