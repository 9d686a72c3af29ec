// The files that GitHub, npm and editors read follow the schemas of their formats.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { parseDocument } from 'yaml'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const glob = (pattern: string, exclude?: string[]) =>
  globSync(pattern, { cwd: root, ...(exclude && { exclude }) })

/** A schema, and the files that follow it. */
const formats = [
  { schema: 'test/schemas/workflow.json', of: '.github/workflows/*' },
  { schema: 'test/schemas/dependabot.json', of: '.github/dependabot.yml' },
  { schema: 'test/schemas/issue-config.json', of: '.github/ISSUE_TEMPLATE/config.yml' },
  { schema: 'test/schemas/issue-form.json', of: '.github/ISSUE_TEMPLATE/!(config).yml' },
  { schema: 'test/schemas/devcontainer.json', of: '.devcontainer/*.json' },
  { schema: 'test/schemas/npm-package.json', of: '{.,local-cloud}/package.json' },
  { schema: 'node_modules/@biomejs/biome/configuration_schema.json', of: 'biome.json' },
]

for (const { schema, of } of formats) {
  const validate = validator(read(schema))
  const files = glob(of)

  describe(schema, () => {
    it('has files that follow it', () => assert.notEqual(files.length, 0))

    for (const file of files) {
      it(`is followed by ${file}`, () => {
        assert.ok(validate(parse(file)), JSON.stringify(validate.errors, null, 2))
      })
    }

    it('is not followed by something else', () =>
      assert.ok(!validate({ name: 1, version: [], updates: 1, files: 1 })))
  })
}

describe('every YAML and JSON file', () => {
  it('can be read, and says nothing twice', () => {
    const generated = ['**/node_modules', 'dist', 'infra/sample-data', '.azure']
    const files = [
      ...glob('**/*.{yml,yaml,json}', generated),
      ...glob('{.github,.devcontainer,.vscode}/**/*.{yml,yaml,json}'),
    ]
    assert.ok(files.length > 20, files.join())
    for (const file of files) parse(file)
  })
})

/** Reads YAML, and JSON, which is a part of YAML once its comments are gone. */
function parse(file: string): unknown {
  const text = /\.json$/.test(file) ? read(file).replace(/^\s*\/\/.*$/gm, '') : read(file)
  const document = parseDocument(text)
  assert.deepEqual([...document.errors, ...document.warnings], [], file)
  return document.toJS()
}

/** Compiles a schema without what it takes from others: a package.json may hold settings of tools that are not used here. */
function validator(schema: string) {
  const { $schema, ...own } = JSON.parse(schema, (name, value) =>
    name === '$ref' && !value.startsWith('#') ? undefined : value,
  )
  return new Ajv2019({ strict: false, validateFormats: false }).compile(own)
}
