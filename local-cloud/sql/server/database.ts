// The database: a file in a temporary folder, and the processes that read and write it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Tasks } from '../process/messages.ts'
import type { DatabaseProcess } from './database-process.ts'
import { startDatabaseProcesses } from './database-processes.ts'

export type Database = Awaited<ReturnType<typeof createDatabase>>

export interface Limits {
  /** How long a writer waits for another one, in milliseconds as the next two. */
  lockTimeout: number
  /** How long a batch may run. */
  longestBatch: number
  /** How long a request waits while as many others run as can. */
  longestWait: number
  /** How many requests can run, or transactions be open, at the same time. */
  mostAtOnce: number
}

const usual: Limits = { lockTimeout: 10_000, longestBatch: 30_000, longestWait: 10_000, mostAtOnce: 8 }

/** Creates an empty database. `administrator` is an object id or a client id. */
export async function createDatabase(database: string, administrator: string, changed: Partial<Limits> = {}) {
  const limits = { ...usual, ...changed }
  const folder = await mkdtemp(path.join(tmpdir(), 'local-cloud-sql-'))
  let generation = 0
  let processes = await open()

  async function open() {
    generation += 1
    const opened = await startDatabaseProcesses({
      ...limits,
      database,
      file: path.join(folder, `${generation}.db`),
    })
    const process = await opened.acquire()
    await process.call('create', { administrator })
    opened.release(process)
    return opened
  }

  return {
    limits,
    acquire: (signal?: AbortSignal) => processes.acquire(signal),
    release: (process: DatabaseProcess) => processes.release(process),

    /** Does a task that is quick and belongs to no session. */
    async call<Name extends keyof Tasks>(task: Name, input: Parameters<Tasks[Name]>[0]) {
      const process = await processes.acquire()
      try {
        return await process.call(task, input)
      } finally {
        processes.release(process)
      }
    },

    /** Throws everything away. What still runs is stopped. */
    async clear(): Promise<void> {
      await processes.close()
      processes = await open()
    },

    async close(): Promise<void> {
      await processes.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
