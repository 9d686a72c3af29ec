// Runs redis-server from the PATH, with a password that is in the vault of the local cloud.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import type { LocalCloud } from 'local-cloud'

const secretName = 'redis-password'

/** Starts it on a free port of 127.0.0.1, in memory only. */
export async function startRedis({ vault }: LocalCloud, password: string) {
  vault.set(secretName, password)
  const port = await freePort()
  const server = spawn('redis-server', ['-'], { cwd: tmpdir(), stdio: ['pipe', 'pipe', 'inherit'] })
  await once(server, 'spawn').catch((cause) => {
    throw new Error(
      'redis-server is not on the PATH: install it, with `apt-get install redis-server` or `brew install redis`, or the like.',
      { cause },
    )
  })
  const ended = once(server, 'exit')
  server.stdin.end(
    `bind 127.0.0.1\nport ${port}\nsave ""\nappendonly no\nrequirepass ${JSON.stringify(password)}\n`,
  )
  await ready(server)

  return {
    env: { REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_PASSWORD_SECRET_NAME: secretName },
    async close() {
      server.kill()
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function ready({ stdout }: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  const log: string[] = []
  for await (const line of createInterface({ input: stdout })) {
    log.push(line)
    if (!line.includes('Ready to accept connections')) continue
    stdout.resume()
    return
  }
  throw new Error(`redis-server did not start:\n${log.join('\n')}`)
}
