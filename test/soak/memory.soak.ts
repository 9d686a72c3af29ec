// Downloads are streamed: what they cost in memory does not grow with the size of the document.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { after, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startLocalCloud } from 'local-cloud'
import { seed } from '../../infra/seed-local-cloud.ts'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'

const MIB = 1024 * 1024
const cloud = await startLocalCloud({ seed, blobsOnDisk: true })
after(() => cloud.close())

// The high-water mark of the resident set is read from /proc.
describe('memory of the site', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  it('stays below 512 MiB while eight visitors download 64 MiB each', async (t) => {
    await cloud.blobs.put('64 MiB.bin', blocks(64))
    const site = await startSite(t)

    const hashes = await Promise.all(
      Array.from({ length: 8 }, (_, index) => site.download('64 MiB.bin', `203.0.113.${index}`)),
    )

    assert.equal(new Set(hashes).size, 1)
    assert.equal(hashes[0], hashOf(64))
    const peak = await site.peakMemory()
    t.diagnostic(`peak: ${Math.round(peak / MIB)} MiB`)
    assert.ok(peak < 512 * MIB, `${Math.round(peak / MIB)} MiB`)
  })

  it('peaks for 1 GiB like for 16 MiB', async (t) => {
    await cloud.blobs.put('16 MiB.bin', blocks(16))
    await cloud.blobs.put('1 GiB.bin', blocks(1024))
    const small = await startSite(t)
    const large = await startSite(t)

    assert.equal(await small.download('16 MiB.bin'), hashOf(16))
    assert.equal(await large.download('1 GiB.bin'), hashOf(1024))

    const difference = (await large.peakMemory()) - (await small.peakMemory())
    t.diagnostic(`difference: ${Math.round(difference / MIB)} MiB`)
    assert.ok(difference < 96 * MIB, `${Math.round(difference / MIB)} MiB`)
  })
})

// One mebibyte, each time with its number in front, so that a block out of place shows.
function* blocks(count: number): Generator<Buffer> {
  for (let i = 0; i < count; i += 1) {
    const block = Buffer.alloc(MIB, i % 251)
    block.writeUInt32BE(i)
    yield block
  }
}

function hashOf(count: number): string {
  const hash = createHash('sha256')
  for (const block of blocks(count)) hash.update(block)
  return hash.digest('hex')
}

async function startSite(t: TestContext) {
  const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url))
  const site = spawn(
    process.execPath,
    ['--import', import.meta.resolve('local-cloud/localhost-names.ts'), 'src/server.ts'],
    {
      cwd: folder('../..'),
      env: { PORT: '0', ...cloud.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  t.after(() => site.kill('SIGKILL'))
  let output = ''
  site.stdout.on('data', (part) => {
    output += part
  })
  await eventually(() => output.includes('listening on'))
  const origin = /http:\/\/localhost:\d+/.exec(output)?.[0]

  return {
    /** Downloads as the client with this address: one client may not take all places. */
    async download(name: string, client = '203.0.113.99'): Promise<string> {
      const headers = { 'X-Forwarded-For': client }
      const response = await fetch(`${origin}${url}/${encodeURIComponent(name)}`, { headers })
      assert.equal(response.status, 200)
      const hash = createHash('sha256')
      if (response.body) await pipeline(response.body, hash)
      return hash.digest('hex')
    },
    async peakMemory(): Promise<number> {
      const status = await readFile(`/proc/${site.pid}/status`, 'utf8')
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
    },
  }
}
