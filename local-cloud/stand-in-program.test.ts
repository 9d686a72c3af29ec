// Programs that stand in for others, as whoever calls them meets them: through a PATH.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { it } from 'node:test'
import { launcher, writeProgram } from './stand-in-program.ts'

it('a stand-in program gets its arguments, and ends with the exit code of its script', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'stand in '))
  t.after(() => rm(folder, { recursive: true, maxRetries: 5 }))
  await writeProgram(folder, 'az', 'console.log(process.argv.slice(2).join("|")); process.exitCode = 3')

  const { status, stdout } = spawnSync('az account get --output=json', {
    env: { PATH: folder },
    shell: true,
    encoding: 'utf8',
  })

  assert.equal(stdout, 'account|get|--output=json\n')
  assert.equal(status, 3)
})

it('a stand-in program is a batch file on Windows, which finds its script beside it', () => {
  assert.deepEqual(launcher('az', 'win32', 'C:\\my node\\node.exe'), {
    file: 'az.cmd',
    text: '@"C:\\my node\\node.exe" "%~dp0az.cjs" %*\r\n',
  })
})
