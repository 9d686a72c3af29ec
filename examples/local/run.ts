// Runs examples on the local cloud: npm run example <name>
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import path from 'node:path'
import type { LocalCloud } from 'local-cloud'
import { startRedis } from './redis.ts'
import { signIn } from './sign-in.ts'

const folder = path.join(import.meta.dirname, '..')
const names = globSync('*.ts', { cwd: folder }).map((file) => path.basename(file, '.ts'))
const wanted = process.argv.slice(2)
if (wanted.length === 0 || !wanted.every((name) => names.includes(name))) {
  console.error(`Usage: npm run example <name>\nNames: ${names.sort().join(', ')}`)
  process.exit(2)
}

/** What an example needs besides the local cloud. */
const needs: Record<string, (cloud: LocalCloud) => Promise<{ env: object; close(): Promise<void> }>> = {
  'redis-password': (cloud) => startRedis(cloud, randomUUID()),
  'developer-sign-in': (cloud) => signIn(cloud),
}

let example: ChildProcess | undefined
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopped = true
    example?.kill(signal)
  })
}

enableCompileCache()
const { startExamplesCloud } = await import('./cloud.ts')
await using started = new AsyncDisposableStack()
const { cloud, env } = await startExamplesCloud()
started.defer(cloud.close)
for (const name of wanted) {
  const more = await needs[name]?.(cloud)
  if (more) started.defer(more.close)
  if (stopped) break
  const options = { stdio: 'inherit', env: { ...process.env, ...env, ...more?.env } } as const
  example = spawn(process.execPath, [path.join(folder, `${name}.ts`)], options)
  const [code] = await once(example, 'exit')
  process.exitCode ||= code ?? 1
}
