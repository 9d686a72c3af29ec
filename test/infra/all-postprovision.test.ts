// Every test of the postprovision hook in one process, which shares a local cloud and the bundled hooks. A single file runs by
// itself as well: npx node --test test/infra/postprovision/waits.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = join(import.meta.dirname, 'postprovision')
for (const file of globSync('*.test.ts', { cwd: folder }).sort())
  await import(pathToFileURL(join(folder, file)).href)
