// The tests of the project's own files and programs in one process, which need no local cloud. A single file runs by itself as
// well: npx node --test test/config.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = import.meta.dirname
const files = globSync('*.test.ts', { cwd: folder, exclude: ['all-*', 'first-visitors.test.ts'] })
for (const file of files.sort()) await import(pathToFileURL(join(folder, file)).href)
