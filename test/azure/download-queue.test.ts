import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createDownloadQueue, type Turn } from '../../src/azure/download-queue.ts'
import { type Limits, limits } from '../../src/limits.ts'

const stays = new AbortController().signal
const full = { name: 'BusyError', message: /^Too many/ }
const late = { name: 'BusyError', message: /in time/ }

describe('the queue of downloads', () => {
  it('gives one client its share, and the turns beyond it to others', async (t) => {
    const { ask } = start(t, { downloads: 3, downloadsPerClient: 2 })
    const [first, second, third] = [ask('greedy'), ask('greedy'), ask('greedy')]
    const other = ask('other')

    assert.deepEqual(await running([first, second, third, other]), [true, true, false, true])

    ;(await first.turn).end()
    assert.deepEqual(await running([third]), [true])
  })

  it('gives the next turn to the client that runs the fewest downloads, not to who came first', async (t) => {
    const { ask } = start(t, { downloads: 2 })
    const [first, second] = [ask('greedy'), ask('greedy')]
    const third = ask('greedy')
    const other = ask('other')

    ;(await first.turn).end()
    assert.deepEqual(await running([third, other]), [false, true])
    ;(await second.turn).end()
    assert.deepEqual(await running([third]), [true])
  })

  it('keeps to the order of arrival between clients that run as many', async (t) => {
    const { ask } = start(t, { downloads: 1 })
    const first = ask('first')
    const [second, third] = [ask('second'), ask('third')]

    ;(await first.turn).end()

    assert.deepEqual(await running([second, third]), [true, false])
  })

  it('gives one turn for one that has ended, however often it is ended', async (t) => {
    const { ask } = start(t, { downloadsPerClient: 1 })
    const turn = await ask('one').turn
    const waiting = [ask('one'), ask('one')]

    turn.end()
    turn.end()

    assert.deepEqual(await running(waiting), [true, false])
  })

  it('counts a visitor once who leaves in the moment of its turn', async (t) => {
    const { ask } = start(t, { downloads: 1, waiting: 1 })
    const turn = await ask('greedy').turn
    const leaving = new AbortController()
    ask('greedy', leaving.signal)

    turn.end()
    leaving.abort(new Error('left'))
    const third = ask('greedy')
    const other = ask('other')

    await assert.rejects(third.turn, full)
    assert.deepEqual(await running([other]), [false])
  })

  it('refuses the latest of the client that asks for most when too many wait', async (t) => {
    const { ask } = start(t, { downloads: 1, waiting: 2 })
    const [first, second, third] = [ask('greedy'), ask('greedy'), ask('greedy')]

    const other = ask('other')
    await assert.rejects(third.turn, full)
    const another = ask('another')
    await assert.rejects(second.turn, full)
    await assert.rejects(ask('fourth').turn, full)
    await assert.rejects(ask('other').turn, full)

    assert.deepEqual(await running([first, other, another]), [true, false, false])
  })

  it('refuses who waits too long', async (t) => {
    const { ask } = start(t, { downloads: 1, downloadTurnMs: 10 })
    await ask('one').turn
    await assert.rejects(ask('two').turn, late)
  })

  it('says that it is busy, not that Azure is late, when the deadline of the request comes first', async (t) => {
    const { ask } = start(t, { downloads: 1 })
    await ask('one').turn
    const deadline = new AbortController()
    const second = ask('two', deadline.signal)

    deadline.abort(new DOMException('No answer in time.', 'TimeoutError'))

    await assert.rejects(second.turn, late)
  })

  it('frees the place of a visitor who leaves at once', async (t) => {
    const { ask } = start(t, { downloads: 1, waiting: 1 })
    const first = ask('one')
    const leaving = new AbortController()
    const left = ask('two', leaving.signal)

    leaving.abort(new Error('left'))
    const next = ask('three')
    ;(await first.turn).end()

    await assert.rejects(left.turn, { message: 'left' })
    assert.deepEqual(await running([next]), [true])
  })

  it('does not let in who has left before', async (t) => {
    const { ask } = start(t)
    await assert.rejects(ask('one', AbortSignal.abort(new Error('left'))).turn, { message: 'left' })
  })
})

describe('a slow reader', () => {
  it('makes room for a client that runs fewer downloads', async (t) => {
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

  it('of the client that runs most makes room first', async (t) => {
    const { ask, clock } = start(t, { downloads: 3 })
    const single = await reading(ask('single'))
    clock.now += 1
    const many = [await reading(ask('many')), await reading(ask('many'))]
    clock.now += limits.slowMs + 1

    await ask('other').turn

    assert.equal(single.signal.aborted, false)
    assert.deepEqual(
      many.map(({ signal }) => signal.aborted),
      [true, false],
    )
  })

  it('ends one turn for one that is wanted, even when it ends it once more', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const slow = [await reading(ask('slow')), await reading(ask('slow'))]
    clock.now += limits.slowMs + 1
    const others = [ask('second'), ask('third'), ask('fourth')]

    for (const { end } of slow) end()

    assert.deepEqual(await running(others), [true, true, false])
  })

  it('keeps its turn while there are others to give', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const slow = await reading(ask('slow'))
    clock.now += limits.slowMs + 1

    await ask('other').turn

    assert.equal(slow.signal.aborted, false)
  })

  it('keeps its turn when those who wait run as many downloads', async (t) => {
    const { ask, clock } = start(t, { downloads: 2 })
    const slow = await reading(ask('slow'))
    await ask('other').turn
    clock.now += limits.slowMs + 1

    const second = ask('other')

    assert.deepEqual(await running([second]), [false])
    assert.equal(slow.signal.aborted, false)
  })

  it('keeps its turn as long as it is quick enough', async (t) => {
    const { ask, clock } = start(t, { downloads: 1 })
    const reader = await reading(ask('reader'))
    clock.now += limits.slowMs - 1

    const other = ask('other')

    assert.deepEqual(await running([other]), [false])
    assert.equal(reader.signal.aborted, false)
  })

  it('makes room as soon as it is slow, for those who wait already', async (t) => {
    const { ask, clock } = start(t, { downloads: 1, slowCheckMs: 1 })
    const reader = await reading(ask('reader'))
    const other = ask('other')
    assert.deepEqual(await running([other]), [false])

    clock.now += limits.slowMs + 1

    await other.turn
    assert.equal(reader.signal.aborted, true)
  })
})

interface Asked {
  turn: Promise<Turn>
  hasTurn: boolean
}

/** A queue, with a clock that stands still. Nothing waits any more when the test has ended. */
function start(t: TestContext, shorter: Partial<Limits> = {}) {
  const clock = { now: 0 }
  t.mock.method(performance, 'now', () => clock.now)
  const queue = createDownloadQueue({ ...limits, ...shorter })
  const ended = new AbortController()
  t.after(() => ended.abort())

  function ask(client: string, signal: AbortSignal = stays): Asked {
    const turn = queue.turn(client, AbortSignal.any([signal, ended.signal]))
    const asked: Asked = { turn, hasTurn: false }
    turn.then(
      () => {
        asked.hasTurn = true
      },
      () => {},
    )
    return asked
  }
  return { ask, clock }
}

/** Which of the downloads have their turn, once all that was to happen by itself has happened. */
async function running(all: Asked[]): Promise<boolean[]> {
  await new Promise(setImmediate)
  return all.map(({ hasTurn }) => hasTurn)
}

/** Begins a download whose reader has been given a first piece, and takes its time. */
async function reading({ turn: asked }: Asked): Promise<Turn> {
  const turn = await asked
  const chunks = turn.pace.follow(pieces())
  await chunks.next()
  return turn
}

async function* pieces() {
  for (;;) yield Buffer.alloc(1)
}
