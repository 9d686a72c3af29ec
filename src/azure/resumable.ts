// A download that resumes when its connection breaks.
import type { Readable } from 'node:stream'
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

/** A download from Azure broke, and could not be resumed. */
class BrokenDownloadError extends Error {
  override name = 'BrokenDownloadError'
}

interface Options {
  /** The length of the download. */
  bytes: number
  /** Opens the download again at an offset. Rejects when the document has changed. */
  reopen(offset: number, signal: AbortSignal): Promise<Readable>
  /** Aborts when the client disconnects. */
  signal: AbortSignal
  limits: Pick<Limits, 'stallMs' | 'resumeRetries' | 'resumeRetryBytes'>
}

/**
 * Yields every byte of a download. When its connection breaks or stalls, requests the rest.
 *
 * @throws {BrokenDownloadError} when the retries are used up, or the document has changed
 */
export async function* resumable(first: Readable, { bytes, reopen, signal, limits }: Options) {
  let offset = 0
  let retriesLeft = limits.resumeRetries
  for (let isFirst = true; ; isFirst = false) {
    const start = offset
    let cause: unknown
    try {
      const body = isFirst ? first : await reopenAt(start)
      for await (const chunk of withStallTimeout(body, limits.stallMs)) {
        offset += chunk.length
        yield chunk
      }
    } catch (error) {
      signal.throwIfAborted()
      cause = error
    }
    if (offset === bytes) return

    const earned = (offset - start) / limits.resumeRetryBytes
    retriesLeft = Math.min(limits.resumeRetries, retriesLeft + earned) - 1
    if (retriesLeft < 0 || isChanged(cause)) {
      throw new BrokenDownloadError('The download could not be resumed.', { cause })
    }
  }

  async function reopenAt(start: number): Promise<Readable> {
    const timeout = new AbortController()
    const timer = setTimeout(
      () => timeout.abort(new DOMException('No answer in time.', 'TimeoutError')),
      limits.stallMs,
    )
    const reopenSignal = AbortSignal.any([signal, timeout.signal])
    try {
      return await abortable(reopen(start, reopenSignal), reopenSignal)
    } finally {
      // Not AbortSignal.timeout, which cannot be stopped: the signal also cancels the body, which may take longer.
      clearTimeout(timer)
    }
  }
}

// If-Match failed: the document has a new version, and the rest of the old one is gone.
function isChanged(error: unknown): boolean {
  return (error as { statusCode?: number } | undefined)?.statusCode === 412
}

// Only the time spent waiting for Azure counts, not the time that the reader takes between two chunks.
async function* withStallTimeout(body: Readable, milliseconds: number): AsyncGenerator<Buffer> {
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
