// Every test of the built site in one process, which shares a build and a local cloud. A single file runs by itself as well:
// npx node --test test/built/server.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = join(import.meta.dirname, 'built')
for (const file of globSync('*.test.ts', { cwd: folder }).sort())
  await import(pathToFileURL(join(folder, file)).href)
