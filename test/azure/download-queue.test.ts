import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createDownloadQueue, type Slot } from '../../src/azure/download-queue.ts'
import { type Limits, limits } from '../../src/limits.ts'

const stays = new AbortController().signal
const full = { name: 'BusyError', message: /^Too many/ }
const late = { name: 'BusyError', message: /in time/ }

describe('the queue of downloads', () => {
  it('gives one client its share, and the other slots to other clients', async (t) => {
    const { ask } = start(t, { downloads: 3, downloadsPerClient: 2 })
    const [first, second, third] = [ask('greedy'), ask('greedy'), ask('greedy')]
    const other = ask('other')

    assert.deepEqual(await running([first, second, third, other]), [true, true, false, true])

    ;(await first.slot).release()
    assert.deepEqual(await running([third]), [true])
  })

  it('gives the next slot to the client that runs the fewest downloads, not to who came first', async (t) => {
    const { ask } = start(t, { downloads: 2 })
    const [first, second] = [ask('greedy'), ask('greedy')]
    const third = ask('greedy')
    const other = ask('other')

    ;(await first.slot).release()
    assert.deepEqual(await running([third, other]), [false, true])
    ;(await second.slot).release()
    assert.deepEqual(await running([third]), [true])
  })

  it('keeps to the order of arrival between clients that run as many', async (t) => {
    const { ask } = start(t, { downloads: 1 })
    const first = ask('first')
    const [second, third] = [ask('second'), ask('third')]

    ;(await first.slot).release()

    assert.deepEqual(await running([second, third]), [true, false])
  })

  it('frees one slot for one that is released, however often it is released', async (t) => {
    const { ask } = start(t, { downloadsPerClient: 1 })
    const slot = await ask('one').slot
    const waiting = [ask('one'), ask('one')]

    slot.release()
    slot.release()

    assert.deepEqual(await running(waiting), [true, false])
  })

  it('counts a visitor once who leaves in the moment when its slot becomes free', async (t) => {
    const { ask } = start(t, { downloads: 1, waiting: 1 })
    const slot = await ask('greedy').slot
    const leaving = new AbortController()
    ask('greedy', leaving.signal)

    slot.release()
    leaving.abort(new Error('left'))
    const third = ask('greedy')
    const other = ask('other')

    await assert.rejects(third.slot, full)
    assert.deepEqual(await running([other]), [false])
  })

  it('refuses the latest of the client that asks for most when too many wait', async (t) => {
    const { ask } = start(t, { downloads: 1, waiting: 2 })
    const [first, second, third] = [ask('greedy'), ask('greedy'), ask('greedy')]

    const other = ask('other')
    await assert.rejects(third.slot, full)
    const another = ask('another')
    await assert.rejects(second.slot, full)
    await assert.rejects(ask('fourth').slot, full)
    await assert.rejects(ask('other').slot, full)

    assert.deepEqual(await running([first, other, another]), [true, false, false])
  })

  it('refuses who waits too long', async (t) => {
    const { ask } = start(t, { downloads: 1, downloadQueueMs: 10 })
    await ask('one').slot
    await assert.rejects(ask('two').slot, late)
  })

  it('says that it is busy, not that Azure is late, when the deadline of the request comes first', async (t) => {
    const { ask } = start(t, { downloads: 1 })
    await ask('one').slot
    const deadline = new AbortController()
    const second = ask('two', deadline.signal)

    deadline.abort(new DOMException('No answer in time.', 'TimeoutError'))

    await assert.rejects(second.slot, late)
  })

  it('frees the place of a visitor who leaves at once', async (t) => {
    const { ask } = start(t, { downloads: 1, waiting: 1 })
    const first = ask('one')
    const leaving = new AbortController()
    const left = ask('two', leaving.signal)

    leaving.abort(new Error('left'))
    const next = ask('three')
    ;(await first.slot).release()

    await assert.rejects(left.slot, { message: 'left' })
    assert.deepEqual(await running([next]), [true])
  })

  it('does not let in who has left before', async (t) => {
    const { ask } = start(t)
    await assert.rejects(ask('one', AbortSignal.abort(new Error('left'))).slot, { message: 'left' })
  })
})

describe('a slow reader', () => {
  it('loses its slot to a client that runs fewer downloads', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const [first, second] = [ask('slow'), ask('slow')]
    const slower = await reading(second)
    clock.now += 1
    const slow = await reading(first)
    clock.now += limits.slowMs + 1

    const other = ask('other')

    assert.deepEqual(await running([other]), [true])
    assert.equal(slower.signal.reason?.name, 'SlowReaderError')
    assert.equal(slow.signal.aborted, false)
  })

  it('loses its slot first if its client runs the most downloads', async (t) => {
    const { ask, clock } = start(t, { downloads: 3 })
    const single = await reading(ask('single'))
    clock.now += 1
    const many = [await reading(ask('many')), await reading(ask('many'))]
    clock.now += limits.slowMs + 1

    await ask('other').slot

    assert.equal(single.signal.aborted, false)
    assert.deepEqual(
      many.map(({ signal }) => signal.aborted),
      [true, false],
    )
  })

  it('loses one slot for one that is needed, even when it releases it too', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const slow = [await reading(ask('slow')), await reading(ask('slow'))]
    clock.now += limits.slowMs + 1
    const others = [ask('second'), ask('third'), ask('fourth')]

    for (const { release } of slow) release()

    assert.deepEqual(await running(others), [true, true, false])
  })

  it('keeps its slot while others are free', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const slow = await reading(ask('slow'))
    clock.now += limits.slowMs + 1

    await ask('other').slot

    assert.equal(slow.signal.aborted, false)
  })

  it('keeps its slot when those who wait run as many downloads', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const slow = await reading(ask('slow'))
    await ask('other').slot
    clock.now += limits.slowMs + 1

    const second = ask('other')

    assert.deepEqual(await running([second]), [false])
    assert.equal(slow.signal.aborted, false)
  })

  it('keeps its slot as long as it is quick enough', async (t) => {
    const { ask, clock } = start(t, { downloads: 1 })
    const reader = await reading(ask('reader'))
    clock.now += limits.slowMs - 1

    const other = ask('other')

    assert.deepEqual(await running([other]), [false])
    assert.equal(reader.signal.aborted, false)
  })

  it('loses its slot as soon as it is slow, to clients that wait already', async (t) => {
    const { ask, clock } = start(t, { downloads: 1, slowCheckMs: 1 })
    const reader = await reading(ask('reader'))
    const other = ask('other')
    assert.deepEqual(await running([other]), [false])

    clock.now += limits.slowMs + 1

    await other.slot
    assert.equal(reader.signal.aborted, true)
  })
})

interface Asked {
  slot: Promise<Slot>
  hasSlot: boolean
}

/** A queue, with a clock that stands still. Nothing waits any more when the test has ended. */
function start(t: TestContext, shorter: Partial<Limits> = {}) {
  const clock = { now: 0 }
  t.mock.method(performance, 'now', () => clock.now)
  const queue = createDownloadQueue({ ...limits, ...shorter })
  const ended = new AbortController()
  t.after(() => ended.abort())

  function ask(client: string, signal: AbortSignal = stays): Asked {
    const slot = queue.acquire(client, AbortSignal.any([signal, ended.signal]))
    const asked: Asked = { slot, hasSlot: false }
    slot.then(
      () => {
        asked.hasSlot = true
      },
      () => {},
    )
    return asked
  }
  return { ask, clock }
}

/** Which of the downloads have a slot, once all that was to happen by itself has happened. */
async function running(all: Asked[]): Promise<boolean[]> {
  await new Promise(setImmediate)
  return all.map(({ hasSlot }) => hasSlot)
}

/** Begins a download whose reader has been given a first piece, and takes its time. */
async function reading({ slot: asked }: Asked): Promise<Slot> {
  const slot = await asked
  const chunks = slot.meter.measure(pieces())
  await chunks.next()
  return slot
}

async function* pieces() {
  for (;;) yield Buffer.alloc(1)
}
