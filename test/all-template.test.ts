// Every test of what the template and the workflows say, in one process: most files take less time than starting a process does. A
// single file runs by itself as well: npx node --test test/infra/template/web.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = join(import.meta.dirname, 'infra', 'template')
for (const file of globSync('*.test.ts', { cwd: folder }).sort())
  await import(pathToFileURL(join(folder, file)).href)
