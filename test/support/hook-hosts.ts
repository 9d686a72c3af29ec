// Runs hooks in processes that are used again: a new one takes a second of CPU time to load the SDKs, and the tests run over
// a hundred hooks.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Outcome, Run } from './hook-host.ts'

const program = fileURLToPath(new URL('hook-host.ts', import.meta.url))
const folder = fileURLToPath(new URL('../../infra/hooks/', import.meta.url))

/** Where Node.js keeps compiled code by default. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'node-compile-cache')

/** Those that run nothing now, by the variables that Node.js itself reads when it starts. */
const idle = new Map<string, ChildProcess[]>()

/** Runs a hook to its end. Several at once run in a process each. */
export async function runInHost({ hook, env }: Run): Promise<Outcome> {
  const ownEnv = { ...env, NODE_COMPILE_CACHE }
  const key = JSON.stringify(Object.entries(ownEnv).filter(([name]) => name.startsWith('NODE_')))
  const hosts = idle.get(key) ?? []
  idle.set(key, hosts)
  const host = hosts.pop() ?? start(ownEnv)
  keepAlive(host, true)
  const outcome = await answer(host, { hook, env })
  // It ends with this process, which it does not keep from ending.
  keepAlive(host, false)
  hosts.push(host)
  return outcome
}

function start(env: Run['env']): ChildProcess {
  return fork(program, { cwd: folder, env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

async function answer(host: ChildProcess, run: Run): Promise<Outcome> {
  const stop = new AbortController()
  const ended = once(host, 'exit', stop).then(([code]) => {
    throw new Error(`The process that ran ${run.hook} ended with code ${code}: its reason is on stderr.`)
  })
  host.send(run)
  try {
    const [outcome] = await Promise.race([once(host, 'message', stop), ended])
    return outcome
  } finally {
    ended.catch(() => {})
    stop.abort()
  }
}

function keepAlive(host: ChildProcess, isNeeded: boolean): void {
  const method = isNeeded ? 'ref' : 'unref'
  host[method]()
  host.channel?.[method]()
}
