// Runs hooks in processes that are used again: a new one takes a second of CPU time to load the SDKs, and the tests run over
// a hundred hooks.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Message, Run } from './hook-host.ts'
import type { Outcome, Output, StartedHook } from './started-hook.ts'

const program = fileURLToPath(new URL('hook-host.ts', import.meta.url))
const folder = fileURLToPath(new URL('../../infra/hooks/', import.meta.url))

/** Those that run nothing now, by the variables that Node.js itself reads when it starts. */
const idle = new Map<string, ChildProcess[]>()

/** Starts a hook. Several at once run in a process each. */
export function startInHost({ hook, env, inTerminal }: Run): StartedHook {
  const key = keyOf(env)
  const hosts = idle.get(key) ?? []
  idle.set(key, hosts)
  const host = hosts.pop() ?? start(env)
  keepAlive(host, true)
  const output = { stdout: '', stderr: '' }
  const ended = endOf(host, hook, output).then((outcome) => {
    // It ends with this process, which it does not keep from ending.
    keepAlive(host, false)
    if (outcome.code !== null) hosts.push(host)
    return outcome
  })
  host.send({ hook, env, inTerminal })
  return { pid: host.pid, output, ended }
}

function keyOf(env: Run['env']): string {
  const names = Object.keys(env).filter((name) => name.startsWith('NODE_'))
  return JSON.stringify(names.sort().map((name) => [name, env[name]]))
}

function start(env: Run['env']): ChildProcess {
  return fork(program, { cwd: folder, env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** Collects the output, until the hook ends or the process that runs it does, as a signal may do. */
function endOf(host: ChildProcess, hook: string, output: Output): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Message) => {
      if ('stream' in message) output[message.stream] += message.text
      else settle(() => resolve({ ...output, code: Number(message.code) }))
    }
    const onExit = (code: number | null) =>
      settle(() => {
        if (host.signalCode) resolve({ ...output, code: null })
        else
          reject(new Error(`The process that ran ${hook} ended with code ${code}: its reason is on stderr.`))
      })
    const settle = (act: () => void) => {
      host.off('message', onMessage)
      host.off('exit', onExit)
      act()
    }
    host.on('message', onMessage)
    host.on('exit', onExit)
  })
}

function keepAlive(host: ChildProcess, isNeeded: boolean): void {
  const method = isNeeded ? 'ref' : 'unref'
  host[method]()
  host.channel?.[method]()
}
