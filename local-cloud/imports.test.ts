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
  'sql/server': ['sql/engine', 'sql/tds', 'sql/tsql', 'sql/model'],
}

const sources = globSync('**/*.ts', { cwd: root, exclude: ['**/node_modules/**'] }).map(withSlashes)
const imports = new Map(sources.map((file) => [file, importsOf(file)]))

/** The files of this package that a file imports, types included, and the packages. */
function importsOf(file: string): { files: string[]; packages: string[] } {
  const text = readFileSync(path.join(root, file), 'utf8')
  const statements = text.matchAll(
    /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\('([^']+)'\)/gm,
  )
  const specifiers = Array.from(statements, ([, from, dynamic]) => from ?? dynamic ?? '')
  const files = specifiers.filter((specifier) => specifier.startsWith('.'))
  return {
    files: files.map((specifier) => withSlashes(path.join(path.dirname(file), specifier))),
    packages: specifiers
      .filter((specifier) => !specifier.startsWith('.') && !isBuiltin(specifier))
      .map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''),
  }
}

function withSlashes(file: string): string {
  return file.replaceAll(path.sep, '/')
}

describe('the imports of the local cloud', () => {
  it('are found', () => {
    assert.ok(imports.get('index.ts')?.files.includes('sql/index.ts'))
    assert.ok(imports.get('blobs/index.ts')?.packages.includes('@azure/storage-blob'))
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
  if (!layer || file.endsWith('.test.ts')) return true
  const allowed = [layer, ...(layers[layer] ?? [])]
  return !imported.startsWith('sql/') || allowed.some((folder) => imported.startsWith(`${folder}/`))
}

function layerOf(file: string): string | undefined {
  return Object.keys(layers).find((layer) => file.startsWith(`${layer}/`))
}
