// Whether the reader of a download keeps up with a rate.
import type { Limits } from '../limits.ts'

export type Pace = ReturnType<typeof createPace>

/**
 * Measures a reader with a leaky bucket of milliseconds: waiting for the reader empties it, the bytes that it takes fill it
 * up again. As the bucket holds `slowMs` and no more, a fast start does not pay for falling asleep later.
 */
export function createPace({ slowBytesPerSecond, slowMs }: Pick<Limits, 'slowBytesPerSecond' | 'slowMs'>) {
  let credit = slowMs
  let waitingSince: number | undefined

  const left = () => credit - (waitingSince === undefined ? 0 : performance.now() - waitingSince)

  return {
    /** Passes chunks on and watches how they are taken. The time that they take to arrive is not the reader's. */
    async *follow(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        waitingSince = performance.now()
        yield chunk
        const earned = (chunk.length / slowBytesPerSecond) * 1000
        credit = Math.min(slowMs, Math.max(0, left()) + earned)
        waitingSince = undefined
      }
      // What is buffered on the way has still to be taken.
      waitingSince = performance.now()
    },

    /** For how many milliseconds the reader has been slower than the rate; 0 while it keeps up. */
    lag: () => Math.max(0, -left()),
  }
}
