// The tests of what the site does with Azure, in one process: see all-site.test.ts.
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// Tokens are cached for the life of the process: the first visitors have to be the first.
const files = [
  'first-visitors.test.ts',
  ...globSync('azure/**/*.test.ts', { cwd: import.meta.dirname }).sort(),
]
for (const file of files) await import(pathToFileURL(join(import.meta.dirname, file)).href)
