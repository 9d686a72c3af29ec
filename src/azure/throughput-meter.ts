// Measures whether the reader of a download keeps up with a minimum throughput.
import type { Limits } from '../limits.ts'

export type ThroughputMeter = ReturnType<typeof createThroughputMeter>

/**
 * Creates a token bucket that holds milliseconds: time spent waiting for the reader empties it, and the bytes that the reader
 * takes refill it. Its capacity is `slowMs`, so a fast start cannot make up for a reader that stops later.
 */
export function createThroughputMeter({
  slowBytesPerSecond,
  slowMs,
}: Pick<Limits, 'slowBytesPerSecond' | 'slowMs'>) {
  let bucketMs = slowMs
  let waitingSince: number | undefined

  const remainingMs = () => bucketMs - (waitingSince === undefined ? 0 : performance.now() - waitingSince)

  return {
    /** Passes the chunks on, and measures how long the reader takes for each. Time spent waiting for Azure does not count. */
    async *measure(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        waitingSince = performance.now()
        yield chunk
        const refillMs = (chunk.length / slowBytesPerSecond) * 1000
        bucketMs = Math.min(slowMs, Math.max(0, remainingMs()) + refillMs)
        waitingSince = undefined
      }
      // The last chunks can still be in a buffer, and the reader has to take them too.
      waitingSince = performance.now()
    },

    /** For how many milliseconds the reader has been too slow; 0 while it keeps up. */
    lagMs: () => Math.max(0, -remainingMs()),
  }
}
