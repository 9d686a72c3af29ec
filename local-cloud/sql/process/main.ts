// A database process: opens the database and does what the server tells it, one task at a time. Nothing can interrupt SQLite,
// so the server ends the whole process when a query has to stop.
import { flushCompileCache } from 'node:module'
import { openStore } from '../engine/storage/store.ts'
import type { Message, Reply } from './messages.ts'
import { createTasks } from './tasks.ts'

const [, , file = '', database = '', lockTimeout] = process.argv
const tasks = createTasks(openStore({ file, database, lockTimeout: Number(lockTimeout) }))

process.on('message', (message: Message) => process.send?.(replyTo(message)))
process.on('disconnect', () => process.exit())
// A terminal sends Ctrl-C to all processes; the server decides when this one ends.
process.on('SIGINT', () => {})
process.send?.({ result: undefined } satisfies Reply)
// At its end it would be too late: the process is killed.
flushCompileCache()

function replyTo({ task, input }: Message): Reply {
  try {
    return { result: (tasks[task] as (input: unknown) => unknown)(input) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}
