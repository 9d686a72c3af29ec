// One SQLite database serves every connection. While a connection has an open transaction, the others wait here.

export type Lock = ReturnType<typeof createLock>

/** Lends one thing to one owner at a time, first come, first served. */
export function createLock() {
  let holder: object | undefined
  const queue: { owner: object; go: () => void }[] = []

  return {
    /** Waits for its turn; an owner who holds the lock already goes on. Rejects when the signal aborts first. */
    async acquire(owner: object, signal?: AbortSignal): Promise<void> {
      signal?.throwIfAborted()
      if (holder === undefined || holder === owner) {
        holder = owner
        return
      }
      await new Promise<void>((resolve, reject) => {
        const turn = { owner, go: resolve }
        queue.push(turn)
        const leave = () => {
          if (queue.includes(turn)) queue.splice(queue.indexOf(turn), 1)
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', leave, { once: true })
      })
    },

    /** Lets the next in line go on. Does nothing for someone who does not hold the lock. */
    release(owner: object): void {
      if (holder !== owner) return
      const next = queue.shift()
      holder = next?.owner
      next?.go()
    },
  }
}
