// Makes dist/: one bundle with its source map, the views, the public files, the code that pages show and a package.json.
// It needs nothing beside it.
import { cp, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'

process.chdir(fileURLToPath(new URL('.', import.meta.url)))
await rm('dist', { recursive: true, force: true })

// tedious requires the CommonJS builds of Azure's packages, which the site imports as modules: a second copy of each.
const oneCopy: Plugin = {
  name: 'one-copy',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@azure\// }, ({ path, kind, resolveDir, importer }) =>
      kind === 'require-call' ? resolve(path, { kind: 'import-statement', resolveDir, importer }) : undefined,
    )
  },
}

const { metafile } = await build({
  entryPoints: ['src/server.ts'],
  outfile: 'dist/server.js',
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  metafile: true,
  // Class names appear in the log, and errors are told apart by them.
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [oneCopy],
  // CommonJS packages in the bundle still call require for Node.js's own modules.
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
})
await cp('views', 'dist/views', { recursive: true })
await cp('public', 'dist/public', { recursive: true })
// As text: pages show the code that answers them.
await cp('src/routes', 'dist/src/routes', { recursive: true })
await cp('src/azure', 'dist/src/azure', { recursive: true })
await writeFile('dist/package.json', '{ "type": "module",\n  "private": true }\n')

const { bytes } = metafile.outputs['dist/server.js'] ?? { bytes: 0 }
console.log(`dist/server.js: ${(bytes / 1024 / 1024).toFixed(1)} MiB`)
