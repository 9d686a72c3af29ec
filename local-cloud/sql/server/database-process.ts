// One database process, seen from the server.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Reply, Tasks } from '../process/messages.ts'

export type DatabaseProcess = Awaited<ReturnType<typeof startDatabaseProcess>>

/** Rejects a task whose process has ended: it was killed, or has run out of memory. */
export class ProcessEnded extends Error {}

/** For the values of results, in megabytes. SQLite's own memory is not part of it, and small. */
const HEAP = 512

/** Where Node.js keeps compiled code by default: what was compiled once need not be compiled for the next process. */
const compileCache = path.join(tmpdir(), 'node-compile-cache')

interface Options {
  file: string
  /** What T-SQL calls the database. */
  database: string
  lockTimeout: number
}

export async function startDatabaseProcess({ file, database, lockTimeout }: Options) {
  const child = fork(
    fileURLToPath(import.meta.resolve('../process/main.ts')),
    [file, database, String(lockTimeout)],
    {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${HEAP}`],
      // What the caller's shell holds must not change it.
      env: { NODE_COMPILE_CACHE: compileCache, ...process.env, NODE_OPTIONS: undefined },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
    },
  )
  const ended = once(child, 'exit')
  await ready(child)

  return {
    /** Resolves once the process has ended. */
    ended,

    /** Does a task; the one before must be done. Rejects with ProcessEnded when the process ends first. */
    async call<Name extends keyof Tasks>(
      task: Name,
      input: Parameters<Tasks[Name]>[0],
    ): Promise<ReturnType<Tasks[Name]>> {
      const reply = nextReply(child)
      child.send({ task, input }, () => {})
      return (await reply) as ReturnType<Tasks[Name]>
    },

    /** Ends the process at once, whatever it is doing. */
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk).slice(-4_000)
  })
  try {
    await nextReply(child)
  } catch (cause) {
    throw new Error(`The process of the local database did not start. ${errors}`, { cause })
  }
}

function nextReply(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onReply = (reply: Reply) => {
      child.off('exit', onExit)
      if ('failure' in reply) reject(new Error(reply.failure))
      else resolve(reply.result)
    }
    const onExit = () => {
      child.off('message', onReply)
      reject(new ProcessEnded())
    }
    if (child.exitCode !== null || child.signalCode !== null) onExit()
    else {
      child.once('message', onReply)
      child.once('exit', onExit)
    }
  })
}
