// `npm run infra:build`: stricter than azd. A stand-in for the Bicep CLI keeps a copy of what it was given.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { files, readInfra } from './bicep.ts'

const bin = mkdtempSync(join(tmpdir(), 'bicep-'))
after(() => rmSync(bin, { recursive: true }))

describe('npm run infra:build', () => {
  it('makes outdated API versions an error, beside every rule of infra/bicepconfig.json', () => {
    const { status, given } = build('exit 0')

    const expected = JSON.parse(readInfra('bicepconfig.json'))
    expected.analyzers.core.rules['use-recent-api-versions'] = { level: 'error' }
    assert.deepEqual(JSON.parse(given('infra/bicepconfig.json')), expected)
    assert.equal(status, 0)
  })

  it('compiles every file as it is', () => {
    const { given } = build('exit 0')

    for (const { path, source } of files) assert.equal(given(`infra/${path}`), source, path)
  })

  it('fails on a warning, and names the file as the project does', () => {
    const { status, stdout } = build('echo "$PWD/infra/main.bicep(1,1) : Warning no-unused-vars: ..." >&2')

    assert.equal(status, 1)
    assert.match(stdout, /^infra\/main\.bicep\(1,1\) : Warning no-unused-vars/m)
  })

  it('leaves nothing behind', () => {
    const { given } = build('exit 0')

    assert.equal(existsSync(given('folder').trim()), false)
  })
})

/** Runs it with a `bicep` that does what a test asks for. */
function build(script: string) {
  const copy = join(bin, 'given')
  rmSync(copy, { recursive: true, force: true })
  const keepCopy = `[ -d '${copy}' ] || { cp -R . '${copy}' && pwd > '${copy}/folder'; }`
  writeFileSync(join(bin, 'bicep'), `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${keepCopy}\n${script}\n`)
  chmodSync(join(bin, 'bicep'), 0o755)

  const program = fileURLToPath(new URL('../../infra/build.ts', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [program], {
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}` },
    encoding: 'utf8',
  })
  return { status, stdout, given: (path: string) => readFileSync(join(copy, path), 'utf8') }
}
