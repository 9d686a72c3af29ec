// `npm run infra:build`: stricter than azd. A stand-in for the Bicep CLI keeps a copy of what it was given.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { writeProgram } from 'local-cloud/stand-in-program.ts'
import { files, readInfra } from '../bicep.ts'

const bin = mkdtempSync(join(tmpdir(), 'bicep-'))
after(() => rmSync(bin, { recursive: true, maxRetries: 5 }))

describe('npm run infra:build', () => {
  describe('of a template without warnings', () => {
    let built: Awaited<ReturnType<typeof build>>
    before(async () => {
      built = await build()
    })

    it('makes outdated API versions an error, beside every rule of infra/bicepconfig.json', () => {
      const expected = JSON.parse(readInfra('bicepconfig.json'))
      expected.analyzers.core.rules['use-recent-api-versions'] = { level: 'error' }
      assert.deepEqual(JSON.parse(built.given('infra/bicepconfig.json')), expected)
      assert.equal(built.status, 0)
    })

    it('compiles every file as it is', () => {
      for (const { path, source } of files) assert.equal(built.given(`infra/${path}`), source, path)
    })

    it('leaves nothing behind', () => {
      assert.equal(existsSync(built.given('folder')), false)
    })
  })

  it('fails on a warning, and names the file as the project does', async () => {
    const { status, stdout } = await build(
      `console.error(path.resolve('infra/main.bicep') + '(1,1) : Warning no-unused-vars: ...')`,
    )

    assert.equal(status, 1)
    assert.match(stdout, /^infra[\\/]main\.bicep\(1,1\) : Warning no-unused-vars/m)
  })
})

/** Runs it with a `bicep` that does what a test asks for, and with a temporary folder that is a link, as on macOS. */
async function build(script = '') {
  const copy = join(bin, 'given')
  const temporary = join(bin, 'link')
  for (const path of [copy, temporary]) rmSync(path, { recursive: true, force: true })
  mkdirSync(join(bin, 'temporary'), { recursive: true })
  symlinkSync(join(bin, 'temporary'), temporary, 'junction')
  await writeProgram(
    bin,
    'bicep',
    `const { cpSync, existsSync, writeFileSync } = require('node:fs')
    const path = require('node:path')
    const copy = ${JSON.stringify(copy)}
    if (process.argv[2] === '--version') process.exit()
    if (!existsSync(copy)) {
      cpSync('.', copy, { recursive: true })
      writeFileSync(path.join(copy, 'folder'), process.cwd())
    }
    ${script}`,
  )

  const program = fileURLToPath(new URL('../../../infra/build.ts', import.meta.url))
  const PATH = [bin, process.env.PATH].join(delimiter)
  const { status, stdout } = spawnSync(process.execPath, [program], {
    env: { ...process.env, PATH, TMPDIR: temporary, TEMP: temporary },
    encoding: 'utf8',
  })
  return { status, stdout, given: (path: string) => readFileSync(join(copy, path), 'utf8') }
}
