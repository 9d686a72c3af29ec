// Runs Azurite, Microsoft's storage emulator, as a child process on a free loopback port.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

type Options = {
  /** Files, because that is all Azurite takes. */
  certificateFile: string
  keyFile: string
  /** Where blobs are kept; in memory without it. */
  folder?: string | undefined
}

/** Starts Azurite and waits until it listens. */
export async function startAzurite({ certificateFile, keyFile, folder }: Options) {
  const options = [
    ['--blobHost', '127.0.0.1', '--blobPort', '0'],
    ['--cert', certificateFile, '--key', keyFile],
    // Without https and OAuth it would refuse tokens. It reads them but checks no signature: our proxy does.
    ['--oauth', 'basic', '--skipApiVersionCheck'],
    ['--silent', '--disableTelemetry'],
    folder ? ['--location', folder] : ['--inMemoryPersistence'],
  ]
  const child = fork(fileURLToPath(import.meta.resolve('azurite/dist/src/blob/main.js')), options.flat(), {
    execArgv: ['--import', import.meta.resolve('./azurite-preload.ts')],
    // What the caller's shell holds must not change the emulator.
    env: { ...process.env, NODE_OPTIONS: undefined, AZURITE_DB: undefined, AZURITE_ACCOUNTS: undefined },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Out of reach of Ctrl-C, which a terminal sends to all: a site that drains still needs its storage.
    detached: true,
    windowsHide: true,
  })

  const port = await listeningPort(child)
  return {
    port,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      // Not with a signal: it holds nothing worth its orderly end, which takes seconds.
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** Reads the port from what Azurite prints once it listens. */
function listeningPort(child: ChildProcess): Promise<number> {
  let output = ''
  return new Promise<number>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk
      const [, found] = /successfully listens on https:\/\/127\.0\.0\.1:(\d+)/.exec(output) ?? []
      if (found) resolve(Number(found))
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) =>
      reject(new Error(`Azurite ended with code ${code} before it listened.\n${output}`)),
    )
  })
}
