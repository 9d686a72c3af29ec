// One SQLite database serves every connection: while one has a transaction open, the others wait for this lock.

export type Lock = ReturnType<typeof createLock>

/** A lock with one owner at a time, in the order in which they asked. */
export function createLock() {
  let holder: object | undefined
  const queue: { owner: object; go: () => void }[] = []

  return {
    /** Resolves once the owner holds the lock, at once if it does already. Rejects when the signal aborts first. */
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

    /** Passes the lock on to the next owner. Does nothing when another owner holds it. */
    release(owner: object): void {
      if (holder !== owner) return
      const next = queue.shift()
      holder = next?.owner
      next?.go()
    },
  }
}
