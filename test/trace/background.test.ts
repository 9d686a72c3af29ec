import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createTokenSource } from '../../src/azure/token-source.ts'
import { type Recording, recording } from '../../src/trace/steps.ts'
import { subscribeToReports } from '../../src/trace/subscribe.ts'

describe('the renewal of a token', () => {
  it('is no part of the request that has begun it', async () => {
    subscribeToReports()
    const request: Recording = { steps: [] }
    const recordedIn: unknown[] = []
    const token = { token: 'a token', expiresOnTimestamp: Date.now() + 3_600_000 }
    const source = createTokenSource(async () => {
      recordedIn.push(recording.getStore())
      return token
    }, 0)

    await recording.run(request, source)
    await recording.run(request, source)

    assert.deepEqual(recordedIn, [request, undefined])
  })
})
