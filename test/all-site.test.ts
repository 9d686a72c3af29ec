// The tests of the site in one process: most files take less time than starting a local cloud for each would. Those of what it
// does with Azure are in all-azure.test.ts. A single file runs by itself as well: npx node --test test/routes/home.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const folders = ['downloads', 'middleware', 'routes', 'site', 'telemetry', 'trace', 'view-models']
const files = globSync(`{${folders}}/**/*.test.ts`, { cwd: import.meta.dirname })
for (const file of files.sort()) await import(pathToFileURL(join(import.meta.dirname, file)).href)
