// The hooks as one file each: a process that loads the SDKs from hundreds of files takes a second of CPU time before its
// first line.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const infra = fileURLToPath(new URL('../../infra/', import.meta.url))

/** The hooks find the project's files from where their own source is. */
const sourceAddresses: Plugin = {
  name: 'source-addresses',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(infra)) return undefined
      const code = await readFile(path, 'utf8')
      const address = JSON.stringify(pathToFileURL(path).href)
      return { contents: code.replaceAll('import.meta.url', address), loader: 'ts' }
    })
  },
}

/**
 * Bundles every hook.
 *
 * @returns the file of each hook by its name, and `close`, which removes the files
 */
export async function bundleHooks() {
  const folder = await mkdtemp(join(tmpdir(), 'keyless-hooks-'))
  await build({
    entryPoints: ['preprovision', 'postprovision', 'postdeploy'].map((hook) => `${infra}hooks/${hook}.ts`),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    keepNames: true,
    plugins: [sourceAddresses],
    // CommonJS packages in the bundle still call require for Node.js's own modules.
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
  })
  return {
    file: (hook: string) => join(folder, `${hook}.mjs`),
    close: () => rm(folder, { recursive: true, maxRetries: 5 }),
  }
}
