// The tests that start local clouds of their own, and those that need none, in one process: loading the services takes longer
// than most of these tests. A single file runs by itself as well: npx node --test local-cloud/certificates.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = import.meta.dirname
// Those of run.js and of the contract take long, so that they run at the same time as these.
const files = globSync('*.test.ts', { cwd: folder, exclude: ['all-*', 'run.test.ts', 'service.test.ts'] })
for (const file of files.sort()) await import(pathToFileURL(join(folder, file)).href)
