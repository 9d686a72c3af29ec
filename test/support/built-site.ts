// The site, built once for all tests of a process, and a local cloud for it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startLocalCloud } from 'local-cloud'
import { seed } from '../../infra/seed-local-cloud.ts'

export const project = fileURLToPath(new URL('../..', import.meta.url))

export const cloud = await startLocalCloud({ seed })
after(() => cloud.close())

/** A folder with nothing in it but dist/. */
export const folder = await mkdtemp(join(tmpdir(), 'keyless-built-'))
after(() => rm(folder, { recursive: true, maxRetries: 5 }))

export const dist = join(folder, 'dist')
const build = spawn(process.execPath, ['build.ts', dist], { cwd: project, stdio: 'inherit' })
assert.deepEqual(await once(build, 'exit'), [0, null])
