import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { resumable } from '../../src/azure/resumable.ts'
import { limits } from '../../src/limits.ts'

const cut = new Error('The connection was cut.')

describe('a download that is resumed', () => {
  it('resumes for as long as every retry makes progress', async () => {
    const piece = limits.resumeRetryBytes
    const { opened, read } = download(50 * piece, (left) => broken(Math.min(left, piece)))

    assert.equal(await read(), 50 * piece)
    assert.equal(opened.length, 50)
  })

  for (const piece of [0, 1]) {
    it(`fails after three retries that bring ${piece} bytes`, async () => {
      const { opened, read } = download(1_000_000, () => broken(piece))

      await assert.rejects(read(), { name: 'BrokenDownloadError', cause: cut })
      assert.equal(opened.length, 4)
    })
  }

  it('does not earn more retries than it had at first', async () => {
    const pieces = [10 * limits.resumeRetryBytes, 0, 0, 0]
    const { opened, read } = download(1_000_000_000, () => broken(pieces.shift() ?? 0))

    await assert.rejects(read(), { name: 'BrokenDownloadError' })
    assert.equal(opened.length, 4)
  })

  it('is whole when the connection breaks after the last byte', async () => {
    const { opened, read } = download(10, () => broken(10))

    assert.equal(await read(), 10)
    assert.deepEqual(opened, [0])
  })

  it('asks for the rest when the connection ends early without an error', async () => {
    const { opened, read } = download(10, (left) => Readable.from([Buffer.alloc(left > 5 ? 5 : left)]))

    assert.equal(await read(), 10)
    assert.deepEqual(opened, [0, 5])
  })

  it('notices a silence after a pause of the reader', { timeout: 10_000 }, async () => {
    const stallMs = 20
    const { opened, chunks } = download(10, (left) => (left === 10 ? silentAfter(5) : broken(left)), {
      stallMs,
    })

    await chunks.next()
    // Longer than the silence that is allowed: nobody has waited for Azure meanwhile.
    await setTimeout(3 * stallMs)
    const { value } = await chunks.next()

    assert.equal(value?.length, 5)
    assert.deepEqual(opened, [0, 5])
  })
})

/** A download of so many bytes, from connections that `open` makes for what is left. */
function download(bytes: number, open: (left: number) => Readable, shorter: { stallMs?: number } = {}) {
  const opened = [0]
  const chunks = resumable(open(bytes), {
    bytes,
    reopen: async (offset) => {
      opened.push(offset)
      return open(bytes - offset)
    },
    signal: new AbortController().signal,
    limits: { ...limits, ...shorter },
  })
  async function read() {
    let received = 0
    for await (const chunk of chunks) received += chunk.length
    return received
  }
  return { opened, chunks, read }
}

function broken(bytes: number): Readable {
  return Readable.from(
    (async function* () {
      if (bytes > 0) yield Buffer.alloc(bytes)
      throw cut
    })(),
    { highWaterMark: 1 },
  )
}

function silentAfter(bytes: number): Readable {
  const body = new Readable({ read() {} })
  body.push(Buffer.alloc(bytes))
  return body
}
