// A download that outlives its connection.
import type { Readable } from 'node:stream'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

/** Azure broke off a download, and asking for the rest did not help. */
export class BrokenDownloadError extends Error {
  override name = 'BrokenDownloadError'
}

interface Options {
  /** How many bytes there are to come. */
  bytes: number
  /** Opens the rest, from an offset to the end; throws when the document has changed. */
  reopen(offset: number, signal: AbortSignal): Promise<Readable>
  /** Aborts when the reader leaves. */
  signal: AbortSignal
  limits: Pick<Limits, 'stallMs' | 'resumes' | 'resumeBytes'>
}

/**
 * Gives every byte of a download. When its connection breaks or falls silent, the rest is asked for.
 *
 * @throws {BrokenDownloadError} when that was tried too often for what it brought, or the rest is of another version
 */
export async function* resumable(first: Readable, { bytes, reopen, signal, limits }: Options) {
  let offset = 0
  let attempts = limits.resumes
  for (let isFirst = true; ; isFirst = false) {
    const from = offset
    let cause: unknown
    try {
      const body = isFirst ? first : await rest(from)
      for await (const chunk of unlessSilent(body, limits.stallMs)) {
        offset += chunk.length
        yield chunk
      }
    } catch (error) {
      signal.throwIfAborted()
      cause = error
    }
    if (offset === bytes) return

    attempts = Math.min(limits.resumes, attempts + (offset - from) / limits.resumeBytes) - 1
    if (attempts < 0 || isChanged(cause)) {
      throw new BrokenDownloadError('The rest of the download could not be had.', { cause })
    }
  }

  async function rest(from: number): Promise<Readable> {
    const late = new AbortController()
    const timer = setTimeout(
      () => late.abort(new DOMException('No answer in time.', 'TimeoutError')),
      limits.stallMs,
    )
    const attempt = AbortSignal.any([signal, late.signal])
    try {
      return await abortable(reopen(from, attempt), attempt)
    } finally {
      // The body goes on to listen to the signal, so the timer must not fire any more.
      clearTimeout(timer)
    }
  }
}

// The condition on the entity tag failed: the rest is of another version, and asking again does not bring this one back.
function isChanged(error: unknown): boolean {
  return (error as { statusCode?: number } | undefined)?.statusCode === 412
}

// The time that counts is what Azure takes; while the reader is the slow one, nobody waits for the next chunk.
async function* unlessSilent(body: Readable, milliseconds: number): AsyncGenerator<Buffer> {
  const chunks = body.iterator() as AsyncIterableIterator<Buffer>
  let waiting = true
  const timer = setTimeout(() => {
    if (waiting) body.destroy(new DOMException('Azure sent nothing for a while.', 'TimeoutError'))
  }, milliseconds)
  try {
    for (;;) {
      waiting = true
      timer.refresh()
      const { done, value } = await chunks.next()
      waiting = false
      if (done) return
      yield value
    }
  } finally {
    clearTimeout(timer)
    body.destroy()
  }
}
