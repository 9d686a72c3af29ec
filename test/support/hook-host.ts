// A process that runs hooks one after another. Each finds what a process of its own would give it: its variables, its
// listeners, its exit code, no connection from before. Only the modules that it imports are loaded already, and azd is asked
// without a process for it.
import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { answerInProcess } from './azd/in-process.ts'

export type Run = { hook: string; env: Record<string, string>; inTerminal?: boolean }
export type Message = { stream: 'stdout' | 'stderr'; text: string } | { code: number | string }

const streams = ['stdout', 'stderr'] as const
const sockets = new Set<Socket>()
let runs = 0

answerInProcess()
subscribe('net.client.socket', (message) => {
  const { socket } = message as { socket: Socket }
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
})
process.on('message', async (run: Run) => report({ code: await codeOf(run) }))
process.once('disconnect', () => process.exit())

async function codeOf({ hook, env, inTerminal = false }: Run): Promise<number | string> {
  const writers = streams.map((name) => [process[name], process[name].write] as const)
  for (const name of streams) {
    // A terminal shows both as one.
    const stream = inTerminal ? 'stdout' : name
    process[name].isTTY = inTerminal
    process[name].write = (text: string | Uint8Array) => report({ stream, text: String(text) })
  }
  process.env = env
  process.exitCode = undefined
  try {
    runs += 1
    // The query makes it another module, which runs again.
    await import(`../../infra/hooks/${hook}.ts?run=${runs}`)
    return process.exitCode ?? 0
  } finally {
    for (const [stream, write] of writers) stream.write = write
    leaveNothing()
  }
}

function report(message: Message): boolean {
  return process.send?.(message) ?? false
}

function leaveNothing(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
  for (const name of streams) process[name].removeAllListeners('error')
  for (const socket of sockets) socket.destroy()
}
