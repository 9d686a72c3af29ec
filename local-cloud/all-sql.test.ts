// The tests of SQL in one process. Each file is a suite, so that its hooks are for its own tests, and starts its own server. A
// single file runs by itself as well: npx node --test local-cloud/sql/values.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { pathToFileURL } from 'node:url'

const folder = join(import.meta.dirname, 'sql')
for (const file of globSync('**/*.test.ts', { cwd: folder }).sort()) {
  await describe(file, async () => {
    await import(pathToFileURL(join(folder, file)).href)
  })
}
