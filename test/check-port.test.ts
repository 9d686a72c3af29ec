// What `npm run dev` begins with.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import packageJson from '../package.json' with { type: 'json' }

const project = fileURLToPath(new URL('..', import.meta.url))

describe('npm run dev', () => {
  it('ends with one sentence when its port is taken', async (t) => {
    const other = createServer().listen(0)
    t.after(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo

    assert.deepEqual(await check(String(port)), {
      code: 1,
      stdout: '',
      stderr: `Port ${port} is in use by another process. Set PORT to another one.\n`,
    })
  })

  it('goes on when its port is free, and leaves a mistake in it to the site', async () => {
    for (const port of ['0', 'none', '']) {
      // The default port may be taken on this machine.
      const { code, stderr } = await check(port)
      assert.ok(code === 0 || stderr.startsWith('Port 3000 is in use'), stderr)
    }
  })
})

describe('npm run dev:telemetry', () => {
  it('is npm run dev with telemetry, and looks at the port first too', () => {
    const { scripts } = packageJson
    assert.equal(scripts['predev:telemetry'], scripts.predev)
    assert.equal(scripts['dev:telemetry'], scripts.dev.replace('--switchboard', '--switchboard --telemetry'))
    assert.match(scripts['dev:telemetry'], /--telemetry/)
  })
})

/** Runs what npm runs before the script. */
function check(PORT: string): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const [, ...options] = packageJson.scripts.predev.split(' ')
  return new Promise((resolve) => {
    const env = { ...process.env, PORT }
    execFile(process.execPath, options, { cwd: project, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  })
}
