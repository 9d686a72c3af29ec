// The tests of the services in one process, which shares a local cloud; those of SQL have processes of their own. A single
// file runs by itself as well: npx node --test local-cloud/vault/vault.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folder = import.meta.dirname
const files = globSync('*/**/*.test.ts', { cwd: folder, exclude: ['sql/**', 'node_modules/**'] })
for (const file of files.sort()) await import(pathToFileURL(join(folder, file)).href)
