// The structure of this package, held to by its imports: no circle, no way out, and layers that run one way.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { describe, it } from 'node:test'

const root = import.meta.dirname

/** Which layers each layer of Azure SQL may import, besides itself. */
const layers: Record<string, string[]> = {
  'sql/model': [],
  'sql/tds': ['sql/model'],
  'sql/tsql': ['sql/model'],
  'sql/engine/storage': ['sql/model'],
  'sql/engine/catalog': ['sql/engine/storage', 'sql/tsql', 'sql/model'],
  'sql/engine/translation': ['sql/engine/catalog', 'sql/engine/storage', 'sql/tsql', 'sql/model'],
  'sql/engine/execution': [
    'sql/engine/translation',
    'sql/engine/catalog',
    'sql/engine/storage',
    'sql/tsql',
    'sql/model',
  ],
  'sql/process': ['sql/engine', 'sql/tds', 'sql/tsql', 'sql/model'],
  'sql/server': ['sql/process', 'sql/engine', 'sql/tds', 'sql/tsql', 'sql/model'],
}

const statement = /^(?:import|export)\s(type\s)?(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\('([^']+)'\)/gm
const sources = globSync('**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] }).map(withSlashes)
const imports = new Map(sources.map((file) => [file, importsOf(file)]))
const isTest = (file: string) => /\.test\.ts$|(^|\/)test-/.test(file)

/** The files of this package that a file imports, for a type as well, and the packages that it needs to run. */
function importsOf(file: string): { files: string[]; packages: string[] } {
  const files: string[] = []
  const packages: string[] = []
  for (const [, type, from, dynamic] of readFileSync(path.join(root, file), 'utf8').matchAll(statement)) {
    const specifier = from ?? dynamic ?? ''
    if (specifier.startsWith('.')) files.push(withSlashes(path.join(path.dirname(file), specifier)))
    else if (!type && !isBuiltin(specifier)) packages.push(/^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? '')
  }
  return { files, packages }
}

function withSlashes(file: string): string {
  return file.replaceAll(path.sep, '/')
}

describe('the imports of the local cloud', () => {
  it('are found', () => {
    assert.ok(imports.get('index.ts')?.files.includes('sql/index.ts'))
    assert.ok(imports.get('blobs/index.ts')?.packages.includes('@azure/storage-blob'))
  })

  it('stay inside the package', () => {
    const outside = [...imports].filter(([, { files }]) => files.some((file) => file.startsWith('../')))

    assert.deepEqual(outside, [])
  })

  it('need the packages that package.json declares, those for development in tests alone', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    )
    const declared = (file: string) => Object.keys({ ...dependencies, ...(isTest(file) && devDependencies) })
    const undeclared = [...imports].flatMap(([file, { packages }]) =>
      packages.filter((name) => !declared(file).includes(name)).map((name) => `${file} -> ${name}`),
    )

    assert.deepEqual(undeclared, [])
  })

  it('form no circle', () => {
    assert.deepEqual(sources.flatMap(circleThrough), [])
  })

  it('follow the layers of Azure SQL', () => {
    const wrong = [...imports].flatMap(([file, { files }]) =>
      files.filter((imported) => !isAllowed(file, imported)).map((imported) => `${file} -> ${imported}`),
    )

    assert.deepEqual(wrong, [])
  })
})

/** The shortest way from a file back to itself, if there is one. */
function circleThrough(start: string): string[] {
  const ways = [[start]]
  const seen = new Set<string>()
  for (const way of ways) {
    for (const next of imports.get(way.at(-1) ?? '')?.files ?? []) {
      if (next === start) return [[...way, start].join(' -> ')]
      if (seen.has(next)) continue
      seen.add(next)
      ways.push([...way, next])
    }
  }
  return []
}

function isAllowed(file: string, imported: string): boolean {
  const layer = layerOf(file)
  if (!layer || isTest(file)) return true
  const allowed = [layer, ...(layers[layer] ?? [])]
  return !imported.startsWith('sql/') || allowed.some((folder) => imported.startsWith(`${folder}/`))
}

function layerOf(file: string): string | undefined {
  return Object.keys(layers).find((layer) => file.startsWith(`${layer}/`))
}
