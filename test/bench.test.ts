import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { runLoad } from './bench/load.ts'
import type { Measured } from './bench/measure.ts'
import { type Results, tables } from './bench/report.ts'

const none = { identity: 0, vault: 0, blobs: 0, sql: 0 }
const measured = (ratio: number): Measured => ({
  case: 'products, JSON',
  server: 'site',
  cpuMs: 1.2345,
  ratio,
  requestsPerSecond: 810.4,
  lastByte: { p50: 2, p99: 9 },
  firstByte: { p50: 1, p99: 8 },
  peakRssMiB: 120.4,
  bytesPerRequest: 575,
  requests: { ...none, sql: 1 },
  cold: { milliseconds: 300, cpuMs: 500, requests: { ...none, identity: 1, sql: 2 } },
})
const results = (ratio: number): Results => ({
  node: process.version,
  measured: [measured(ratio)],
  start: [],
  telemetry: [],
})

describe('the tables of npm run bench', () => {
  it('have the ratio to the bare server, and the requests to each service', () => {
    const [load = '', first = ''] = tables(results(1.25)).split('\n\n')

    assert.match(load, /^\| products, JSON \| site \| 1\.23 \| 1\.25 \| 810 \|.* \| 1\.00 sql \|$/m)
    assert.match(first, /\| 1\.00 identity, 2\.00 sql \|/)
  })

  it('show the ratios of an earlier run beside those of this one', () => {
    const [load = ''] = tables(results(1.25), results(2.4)).split('\n\n')

    assert.match(load, /Ratio to bare \| Ratio before/)
    assert.match(load, /\| 1\.25 \| 2\.40 \|/)
  })
})

describe('the load of npm run bench', () => {
  it('comes from as many clients as it has connections, and counts every byte', async (t) => {
    const clients = new Set<string | undefined>()
    const server = createServer(({ headers }, res) => {
      clients.add(headers['x-forwarded-for']?.toString())
      res.end('0123456789')
    }).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')

    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const { bytes } = await runLoad({ url, headers: {}, requests: 40, connections: 4 })

    assert.equal(bytes, 400)
    assert.equal(clients.size, 4)
  })
})
