// Makes dist/, or the folder that is named: the bundle with its source maps, the views, the public files, the code that
// pages show and a package.json. It needs nothing beside it. server.js turns on the compile cache and loads main.js; other files
// have what is loaded when it is needed.
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec'
import { type BuildOptions, build, type Plugin } from 'esbuild'

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL('dist', import.meta.url)))
process.chdir(fileURLToPath(new URL('.', import.meta.url)))
await rm(dist, { recursive: true, force: true, maxRetries: 5 })

// tedious requires the CommonJS builds of Azure's packages, which the site imports as modules: a second copy of each.
const oneCopy: Plugin = {
  name: 'one-copy',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@azure\// }, ({ path, kind, resolveDir, importer }) =>
      kind === 'require-call' ? resolve(path, { kind: 'import-statement', resolveDir, importer }) : undefined,
    )
  },
}

// Code pages that tedious needs for varchar, and Express only for bodies that are not in UTF-8: 0.4 MB, which require() loads when
// the first of them is needed.
const codePagesApart: Plugin = {
  name: 'code-pages-apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/encodings$/ }, () => ({ path: './code-pages.cjs', external: true }))
  },
}

/**
 * Leaves out a module that the site never uses. Whoever uses it after all gets an error that says so.
 *
 * @param why ends the sentence "dist/ leaves out …"
 * @param use when the error is thrown: when the module is loaded, or when the function is called that is its default export
 */
function leaveOut(name: string, filter: RegExp, why: string, use: 'loaded' | 'called' = 'loaded'): Plugin {
  return {
    name: `without-${name}`,
    setup({ onResolve, onLoad }) {
      onResolve({ filter }, ({ path }) => ({ path, namespace: name }))
      onLoad({ filter: /.*/, namespace: name }, ({ path }) => {
        const fail = `throw new Error(${JSON.stringify(`dist/ leaves out ${path}: ${why}`)})`
        return { contents: use === 'loaded' ? fail : `export default function leftOut() { ${fail} }` }
      })
    },
  }
}

const noArrow = leaveOut('apache-arrow', /^apache-arrow\b/, 'the site asks for listings in XML.')
const noChecksums = leaveOut(
  'storage-checksums',
  // WebAssembly.
  /^\.\/crc64\.js$/,
  'the site asks for no checksums of Blob Storage beside those of TLS.',
  'called',
)
const noUnusedCodePages = leaveOut(
  'code-pages',
  // EUC-JP, what Big5-HKSCS and GBK add, and GB 18030.
  /\/tables\/(?:eucjp|big5-added|gbk-added|gb18030-ranges)\.json$/,
  'no collation of SQL Server has this code page.',
)

// An import of node:http reads each of its exports, and one of them loads the whole of undici: a sixth of the start. require() reads
// none.
const httpByRequire: Plugin = {
  name: 'http-by-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: 'by-require' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'by-require' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }))
  },
}

// Express looks up media types by extension, and charsets by media type: a half of the list, which has neither, is never found.
const mediaTypesInUse: Plugin = {
  name: 'media-types-in-use',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]mime-db[\\/]db\.json$/ }, async ({ path }) => {
      const list = Object.entries<MediaType>(JSON.parse(await readFile(path, 'utf8')))
      const inUse = list
        .filter(([, { extensions, charset }]) => extensions || charset)
        .map(([type, { source, extensions, charset }]) => [type, { source, extensions, charset }])
      // JSON is parsed faster than JavaScript.
      const json = JSON.stringify(JSON.stringify(Object.fromEntries(inUse)))
      return { contents: `module.exports = JSON.parse(${json})` }
    })
  },
}
interface MediaType {
  source?: string
  extensions?: string[]
  charset?: string
}

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  minifySyntax: true,
  minifyWhitespace: true,
}

await build({
  ...shared,
  entryPoints: ['iconv-lite/encodings'],
  outfile: `${dist}/code-pages.cjs`,
  plugins: [noUnusedCodePages],
})
const { metafile } = await build({
  ...shared,
  entryPoints: { server: 'src/start.ts', main: 'src/server.ts', telemetry: 'src/telemetry/index.ts' },
  outdir: dist,
  // The builds of OpenTelemetry as modules, of which esbuild leaves out what is not used.
  mainFields: ['module', 'main'],
  // A copy of the streams of Node.js.
  alias: { 'readable-stream': 'node:stream' },
  // What is imported by import() is a file of its own: telemetry, tedious, and what no request has needed so far.
  splitting: true,
  format: 'esm',
  sourcemap: true,
  // A trace needs names and lines, not the text.
  sourcesContent: false,
  metafile: true,
  // OpenTelemetry's detector of the host is left out, but esbuild would write the files that it loads.
  external: ['./getMachineId-*'],
  plugins: [oneCopy, codePagesApart, httpByRequire, mediaTypesInUse, noArrow, noChecksums],
  // CommonJS packages in the bundle still call require for Node.js's own modules.
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
})
// Not by their names in `metafile`, which are no paths when dist/ is on another drive of Windows.
for (const name of (await readdir(dist)).filter((file) => file.endsWith('.map'))) {
  const map = `${dist}/${name}`
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

for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  if (file.endsWith('.js')) console.log(`${file}: ${(bytes / 1024).toFixed(0)} KiB`)
}

// Node parses the whole map at the start: that of the packages would take longer than all else, and 100 MB. Their frames
// keep the position in the bundle, for a segment that names no source ends the one before it.
function ownSourcesOnly(json: string): string {
  const map = JSON.parse(json) as { sources: string[]; mappings: string }
  const isOwn = ([, source]: SourceMapSegment) =>
    source !== undefined && /^(?!.*node_modules[\\/]).*\bsrc[\\/]/.test(map.sources[source] ?? '')
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
