// Counts deliveries, each id once. Every instance has its own count, which begins when it starts.
import { hash } from 'node:crypto'
import type { Limits } from '../limits.ts'

export type Deliveries = ReturnType<typeof createDeliveries>

export function createDeliveries({ deliveryIds }: Pick<Limits, 'deliveryIds'>) {
  // In the order of arrival. Digests, because an id may be as long as a header.
  const known = new Set<string>()
  let count = 0

  return {
    get count() {
      return count
    },

    /**
     * Counts a delivery, unless its id is known: GitHub repeats the id when somebody asks it to send a delivery again.
     *
     * The signature does not cover the id, so this is no protection from replays: whoever recorded a delivery can send it
     * with another id.
     *
     * @returns whether the delivery was counted
     */
    add(id: string | undefined): boolean {
      if (id && !remember(hash('sha256', id, 'base64'))) return false
      count += 1
      return true
    },
  }

  function remember(digest: string): boolean {
    if (known.has(digest)) return false
    known.add(digest)
    const [oldest = ''] = known
    if (known.size > deliveryIds) known.delete(oldest)
    return true
  }
}
