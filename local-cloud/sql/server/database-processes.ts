// The processes that run SQL. One is enough for quick queries; more are started while long ones, or open transactions,
// occupy those that there are.
import { resourceLimit } from '../model/errors.ts'
import { type DatabaseProcess, startDatabaseProcess } from './database-process.ts'

export type DatabaseProcesses = Awaited<ReturnType<typeof startDatabaseProcesses>>

/** A request that has waited so long gets a process of its own. Most requests are done sooner. */
const PATIENCE_MS = 100
/** A process that is not needed ends after a while. */
const IDLE_MS = 10_000

interface Waiting {
  give(process: DatabaseProcess): void
  fail(reason: unknown): void
}

export async function startDatabaseProcesses(options: {
  file: string
  database: string
  lockTimeout: number
  /** So many requests can run, or transactions be open, at the same time. */
  mostAtOnce: number
  /** How long a request waits while so many are, in milliseconds. */
  longestWait: number
}) {
  const all = new Set<DatabaseProcess>()
  const idle: DatabaseProcess[] = []
  const queue: Waiting[] = []
  let starting: Promise<unknown> | undefined
  let isClosed = false

  async function start(): Promise<void> {
    const process = await startDatabaseProcess(options)
    all.add(process)
    void process.ended.then(() => forget(process))
    release(process)
  }

  function startAnother(): void {
    if (queue.length === 0 || starting || isClosed || all.size >= options.mostAtOnce) return
    starting = start()
      .catch((error) => queue.shift()?.fail(error))
      .finally(() => {
        starting = undefined
        startSoon()
      })
  }

  /** Starts another process if requests still wait for one in a moment. */
  function startSoon(): void {
    setTimeout(startAnother, all.size === 0 ? 0 : PATIENCE_MS).unref()
  }

  function forget(process: DatabaseProcess): void {
    all.delete(process)
    remove(idle, process)
    startSoon()
  }

  /** Gives a process back once it has nothing to remember. */
  function release(process: DatabaseProcess): void {
    if (!all.has(process)) return
    const next = queue.shift()
    if (next) {
      next.give(process)
      return
    }
    idle.push(process)
    // The first one stays.
    if (all.size > 1) setTimeout(() => endIfIdle(process), IDLE_MS).unref()
  }

  function endIfIdle(process: DatabaseProcess): void {
    if (all.size === 1 || !idle.includes(process)) return
    forget(process)
    void process.kill()
  }

  /**
   * Takes a process that does nothing.
   *
   * @throws SqlError 10928 when there is none for too long; the signal's reason when that aborts; Error once all is closed
   */
  async function acquire(signal?: AbortSignal): Promise<DatabaseProcess> {
    signal?.throwIfAborted()
    if (isClosed) throw closed()
    const free = idle.pop()
    if (free) return free
    startSoon()
    return turn(signal)
  }

  function turn(signal?: AbortSignal): Promise<DatabaseProcess> {
    const { promise, resolve, reject } = Promise.withResolvers<DatabaseProcess>()
    const waiting: Waiting = {
      give: resolve,
      fail(reason) {
        // At once, so that no process is given to it any more.
        remove(queue, waiting)
        reject(reason)
      },
    }
    queue.push(waiting)
    const cancel = () => waiting.fail(signal?.reason)
    signal?.addEventListener('abort', cancel)
    const timer = setInterval(() => {
      if (all.size >= options.mostAtOnce) waiting.fail(resourceLimit(options.mostAtOnce))
    }, options.longestWait)
    return promise.finally(() => {
      clearInterval(timer)
      signal?.removeEventListener('abort', cancel)
    })
  }

  await start()
  return {
    acquire,
    release,
    /** Ends all processes. */
    async close(): Promise<void> {
      isClosed = true
      for (const waiting of [...queue]) waiting.fail(closed())
      await starting
      await Promise.all(Array.from(all, (process) => process.kill()))
    },
  }
}

function closed(): Error {
  return new Error('The database is closed.')
}

function remove<Item>(list: Item[], item: Item): void {
  const index = list.indexOf(item)
  if (index >= 0) list.splice(index, 1)
}
