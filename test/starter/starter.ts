// `npm run test:starter`: what the README says about adding, removing and renaming a page, done in copies of the project.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Copy, copyProject } from './copy.ts'
import { removeSecret } from './remove-secret.ts'

describe('a page', () => {
  it('is added with the five files of docs/add-a-page/ and two lines', async (t) => {
    const copy = await copyProject(t)

    await copy.add('docs/add-a-page')
    await copy.replace(
      'src/routes/index.ts',
      [
        'import { documentsPage }',
        "import { categoriesPage } from './categories.ts'\nimport { documentsPage }",
      ],
      ['productsPage]', 'productsPage, categoriesPage]'],
    )

    const { added, changed, deleted } = await copy.touched()
    assert.equal(added.length, 5, added.join(' '))
    assert.deepEqual(changed, ['src/routes/index.ts'])
    assert.deepEqual(await copy.changedLines('src/routes/index.ts'), { gained: 2, lost: 1 })
    assert.deepEqual(deleted, [])
    await check(copy)
    assert.match(await test(copy, siteTests), /GET \/categories/)
  })

  it('is removed with its files, what the compiler then names, its settings and its Bicep module', async (t) => {
    const copy = await copyProject(t)

    await removeSecret(copy)

    const { added, changed, deleted } = await copy.touched()
    assert.deepEqual(added, [])
    assert.equal(deleted.length, 24, deleted.join(' '))
    assert.equal(changed.length, 33, changed.join(' '))
    await copy.run('biome', 'check', '--write', '.')
    await check(copy)
    await test(copy, [...siteTests, ...bundleTests, ...infraTests])
  })

  it('is renamed in its route file, and the project by a command', async (t) => {
    const copy = await copyProject(t)

    await copy.replace(
      'src/routes/products.ts',
      ["url = '/products'", "url = '/goods'"],
      ["title: 'Products'", "title: 'Goods'"],
    )

    assert.deepEqual(await copy.touched(), { added: [], changed: ['src/routes/products.ts'], deleted: [] })

    await copy.run('node', 'rename.ts', 'Corner Shop')

    const named = await copy.run('git', 'grep', '-liE', 'keyless[ -]express')
    assert.deepEqual(named.trim().split('\n'), ['LICENSE'])
    await copy.run('biome', 'check', '--write', '.')
    await check(copy)
    assert.match(await test(copy, siteTests), /GET \/goods/)
  })
})

/** Every test of the site: test/all-azure.test.ts and test/all-site.test.ts collect them. */
const siteTests = ['test/{all-azure,all-site,config,readme}.test.ts']

/** Those of the bundle. */
const bundleTests = ['test/built/server.test.ts']

/** Those that read the template, and what the hooks make of it; the others take their time. */
const infraTests = [
  'test/infra/template/{access,azure-yaml,hardening,identity,network,template,web,workflows}.test.ts',
  'test/infra/hooks/{lifecycle,seed-local-cloud,postprovision/roles}.test.ts',
]

async function check(copy: Copy): Promise<void> {
  await copy.run('tsc')
  await copy.run('biome', 'check', '.')
}

async function test(copy: Copy, files: string[]): Promise<string> {
  const output = await copy.run('node', '--test', '--test-concurrency=2', '--test-timeout=180000', ...files)
  assert.match(output, /^ℹ pass \d{3,}$/m)
  return output
}
