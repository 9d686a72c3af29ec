import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { closeGracefully } from '../../src/http-server.ts'
import { eventually } from '../support/eventually.ts'

const limits = { drainMs: 1_000, drainIdleMs: 300 }
// Longer than a busy machine keeps a request that is on its way. Nobody waits for it when all connections end.
const patientLimits = { drainMs: 60_000, drainIdleMs: 20_000 }

describe('closeGracefully', () => {
  it('answers what still comes on an open connection, as the last answer on it', async (t) => {
    const { ask, server } = await startServer(t)
    await ask('/')

    const closed = closeGracefully(server, patientLimits)
    const answer = await ask('/')
    await closed

    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers.connection, 'close')
  })

  it('loses no request of clients who keep their connections busy', async (t) => {
    const { ask, server } = await startServer(t)
    let answered = 0
    const clients = Array.from({ length: 20 }, async () => {
      // Each goes on until it has had an answer that ends its connection.
      for (;;) {
        const { headers } = await ask('/')
        answered += 1
        if (headers.connection === 'close') return
      }
    })
    await eventually(() => answered > 100)

    await Promise.all([closeGracefully(server, patientLimits), ...clients])
  })

  it('accepts nobody new', async (t) => {
    const { port, ask, server } = await startServer(t)
    await ask('/')
    const closed = closeGracefully(server, limits)
    const [error] = await once(connect(port, '127.0.0.1'), 'error')
    assert.equal(error.code, 'ECONNREFUSED')
    await closed
  })

  it('cuts idle connections after a moment, and busy ones when the time is up', async (t) => {
    const { ask, server, hanging } = await startServer(t)
    await ask('/')
    const cut = ask('/hang').catch((error: Error) => error)
    await eventually(() => hanging() === 1)

    const started = Date.now()
    await closeGracefully(server, limits)

    assert.ok((await cut) instanceof Error)
    assert.ok(Date.now() - started >= limits.drainMs - 100)
  })
})

async function startServer(t: TestContext) {
  let hanging = 0
  const server = createServer(async (req, res) => {
    if (req.url === '/hang') {
      hanging += 1
      return
    }
    await setTimeout(10)
    res.end('hello')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())

  async function ask(path: string) {
    const [response] = await once(request({ host: '127.0.0.1', port, path, agent }).end(), 'response')
    response.resume()
    await once(response, 'end')
    return response
  }
  return { port, ask, server, hanging: () => hanging }
}
