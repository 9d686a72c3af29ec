// What `npm run dev:azure` and `npm start` begin with.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }

const program = fileURLToPath(new URL('../check-env-file.ts', import.meta.url))

describe('a .env file', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keyless-env-'))
  })
  after(() => rm(folder, { recursive: true, maxRetries: 5 }))

  const settings = 'AZURE_SQL_DATABASE="products"\r\n'
  const refused = {
    'in UTF-16, as `>` of Windows PowerShell writes it': Buffer.from(`\ufeff${settings}`, 'utf16le'),
    'in UTF-8 with a mark, as `-Encoding utf8` of Windows PowerShell writes it': Buffer.from(
      `\ufeff${settings}`,
    ),
  }
  for (const [name, bytes] of Object.entries(refused)) {
    it(`is refused ${name}`, async () => {
      await writeFile(join(folder, '.env'), bytes)

      const { code, stderr } = await check()
      assert.equal(code, 1)
      assert.match(
        stderr,
        /^\.env is not plain UTF-8.*\n.*azd env get-values \| Set-Content -Encoding ascii \.env\n$/,
      )
    })
  }

  it('is taken in UTF-8, and may be missing', async () => {
    await writeFile(join(folder, '.env'), settings)
    assert.deepEqual(await check(), { code: 0, stderr: '' })
    await rm(join(folder, '.env'))
    assert.deepEqual(await check(), { code: 0, stderr: '' })
  })

  it('is looked at before it is read', () => {
    assert.match(packageJson.scripts['predev:azure'], /^node check-env-file\.ts && /)
    assert.equal(packageJson.scripts.prestart, 'node check-env-file.ts')
  })

  function check(): Promise<{ code: unknown; stderr: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [program], { cwd: folder }, (error, _stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      )
    })
  }
})
