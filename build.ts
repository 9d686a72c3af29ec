// Makes dist/, or the folder that is named: one bundle with its source map, the views, the public files, the code that
// pages show and a package.json. It needs nothing beside it.
import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'
import { build, type Plugin } from 'esbuild'

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url)))
process.chdir(fileURLToPath(new URL('.', import.meta.url)))
await rm(dist, { recursive: true, force: true })

// tedious requires the CommonJS builds of Azure's packages, which the site imports as modules: a second copy of each.
const oneCopy: Plugin = {
  name: 'one-copy',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@azure\// }, ({ path, kind, resolveDir, importer }) =>
      kind === 'require-call' ? resolve(path, { kind: 'import-statement', resolveDir, importer }) : undefined,
    )
  },
}

// OpenTelemetry is a bundle of its own, which is loaded only when telemetry is on.
const telemetryApart: Plugin = {
  name: 'telemetry-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/telemetry\/index\.ts$/ }, () => ({ path: './telemetry.js', external: true }))
  },
}

const { metafile } = await build({
  entryPoints: { server: 'src/server.ts', telemetry: 'src/telemetry/index.ts' },
  outdir: dist,
  // The builds of OpenTelemetry as modules, of which esbuild leaves out what is not used.
  mainFields: ['module', 'main'],
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: true,
  // A trace needs names and lines, not the text.
  sourcesContent: false,
  metafile: true,
  // Class names appear in the log, and errors are told apart by them.
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [oneCopy, telemetryApart],
  // CommonJS packages in the bundle still call require for Node.js's own modules.
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
})
for (const map of [`${dist}/server.js.map`, `${dist}/telemetry.js.map`]) {
  await writeFile(map, ownSourcesOnly(await readFile(map, 'utf8')))
}
await cp('views', `${dist}/views`, { recursive: true })
await cp('public', `${dist}/public`, { recursive: true })
// As text: pages show the code that answers them.
await cp('src/routes', `${dist}/src/routes`, { recursive: true })
await cp('src/azure', `${dist}/src/azure`, { recursive: true })
// The site's pages name its license and its repository.
const { license, repository } = JSON.parse(await readFile('package.json', 'utf8'))
await writeFile(
  `${dist}/package.json`,
  `${JSON.stringify({ type: 'module', private: true, license, repository }, null, 2)}\n`,
)

for (const bundle of ['server.js', 'telemetry.js'].map((name) => relative('.', `${dist}/${name}`))) {
  const { bytes } = metafile.outputs[bundle] ?? { bytes: 0 }
  console.log(`${bundle}: ${(bytes / 1024 / 1024).toFixed(1)} MiB`)
}

// Node parses the whole map at the start: that of the packages would take longer than all else, and 100 MB. Their frames
// keep the position in the bundle, for a segment that names no source ends the one before it.
function ownSourcesOnly(json: string): string {
  const map = JSON.parse(json) as { sources: string[]; mappings: string }
  const isOwn = ([, source]: SourceMapSegment) =>
    source !== undefined && !map.sources[source]?.includes('node_modules/')
  let own = false
  const lines = decode(map.mappings).map((line) =>
    line.flatMap((segment): SourceMapSegment[] => {
      const wasOwn = own
      own = isOwn(segment)
      return own ? [segment] : wasOwn ? [[segment[0]]] : []
    }),
  )
  return JSON.stringify({ ...map, mappings: encode(lines) })
}
