import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSingleFlight } from '../../src/azure/single-flight.ts'

const stays = new AbortController().signal

describe('equal calls at the same time', () => {
  it('are one call, with one result for all', async () => {
    const { share, calls } = start()
    const all = [share('a', stays), share('a', stays), share('b', stays)]

    calls[0]?.resolve('of a')
    calls[1]?.resolve('of b')

    assert.deepEqual(await Promise.all(all), ['of a', 'of a', 'of b'])
    assert.equal(calls.length, 2)
  })

  it('share an error, which is not remembered', async () => {
    const { share, calls } = start()
    // Whoever asks again as soon as it has failed asks anew.
    const again = share('a', stays).catch(() => share('a', stays))
    const all = [share('a', stays), share('a', stays)]

    calls[0]?.reject(new Error('refused'))

    for (const each of all) await assert.rejects(each, { message: 'refused' })
    calls[1]?.resolve('at last')
    assert.equal(await again, 'at last')
  })

  it('are not cancelled once they have ended', async () => {
    const { share, calls } = start()
    const shared = share('a', stays)

    calls[0]?.resolve('of a')

    assert.equal(await shared, 'of a')
    assert.equal(calls[0]?.signal.aborted, false)
  })

  it('do not share a result that came before', async () => {
    const { share, calls } = start()
    const first = share('a', stays)
    calls[0]?.resolve('old')
    await first

    const second = share('a', stays)
    calls[1]?.resolve('new')

    assert.equal(await second, 'new')
  })

  it('go on when one visitor leaves, the first too', async () => {
    const { share, calls } = start()
    const leaving = new AbortController()
    const left = share('a', leaving.signal)
    const stayed = share('a', stays)

    leaving.abort(new Error('left'))
    await assert.rejects(left, { message: 'left' })
    assert.equal(calls[0]?.signal.aborted, false)
    calls[0]?.resolve('done')

    assert.equal(await stayed, 'done')
  })

  it('are cancelled when the last visitor leaves, and made anew for the next', async () => {
    const { share, calls } = start()
    const leaving = new AbortController()
    const both = [share('a', leaving.signal), share('a', leaving.signal)]

    leaving.abort(new Error('left'))
    for (const each of both) await assert.rejects(each, { message: 'left' })
    assert.equal(calls[0]?.signal.aborted, true)

    const next = share('a', stays)
    calls[1]?.resolve('done')
    assert.equal(await next, 'done')
  })

  it('are not made for a visitor who has left before', async () => {
    const { share, calls } = start()
    await assert.rejects(share('a', AbortSignal.abort(new Error('left'))), { message: 'left' })
    assert.equal(calls.length, 0)
  })

  it('wait for no call that has been under way for long: it may never end', async (t) => {
    const clock = { now: 0 }
    t.mock.method(performance, 'now', () => clock.now)
    const { share, calls } = start()
    const first = share('a', stays)
    clock.now = 1_000

    const second = share('a', stays)
    calls[0]?.resolve('late')
    assert.equal(await first, 'late')
    const third = share('a', stays)
    calls[1]?.resolve('quick')

    assert.deepEqual(await Promise.all([second, third]), ['quick', 'quick'])
    assert.equal(calls.length, 2)
  })
})

/** Calls that end when the test says so. */
function start() {
  const calls: (PromiseWithResolvers<string> & { signal: AbortSignal })[] = []
  const coalesce = createSingleFlight<string>({ coalesceMs: 1_000 })
  const share = (key: string, signal: AbortSignal) =>
    coalesce(key, signal, (shared) => {
      const call = { ...Promise.withResolvers<string>(), signal: shared }
      calls.push(call)
      return call.promise
    })
  return { share, calls }
}
