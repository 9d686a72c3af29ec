// Every test of the hooks in one process, which shares a local cloud and the processes that run hooks. Each file is a suite: what
// it does before and after its tests concerns no others. A single file runs by itself as well:
// npx node --test test/infra/hooks/postprovision/waits.test.ts
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { pathToFileURL } from 'node:url'
// Here, and not in the first file that imports it, so that its cloud is closed after the last.
import './support/provision.ts'

const folder = join(import.meta.dirname, 'infra', 'hooks')
/** First those of the seed, while the cloud holds nothing else. */
const files = ['seed-*.test.ts', '**/*.test.ts'].flatMap((pattern) =>
  globSync(pattern, { cwd: folder }).sort(),
)

for (const file of new Set(files)) {
  describe(file, async () => {
    await import(pathToFileURL(join(folder, file)).href)
  })
}
