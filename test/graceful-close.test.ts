import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { closeGracefully } from '../src/http-server.ts'

const limits = { drainMs: 2_000, drainIdleMs: 300 }

describe('closeGracefully', () => {
  it('answers what still comes on an open connection, as the last answer on it', async (t) => {
    const { ask, server } = await startServer(t)
    await ask('/')

    const closed = closeGracefully(server, limits)
    await setTimeout(100)
    const answer = await ask('/')
    await closed

    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers.connection, 'close')
  })

  it('loses no request of clients who keep their connections busy', async (t) => {
    const { ask, server } = await startServer(t)
    let lost = 0
    let closing = false
    const clients = Array.from({ length: 20 }, async () => {
      while (!closing) await ask('/').catch(() => (lost += 1))
    })
    await setTimeout(200)

    const closed = closeGracefully(server, limits)
    closing = true
    await Promise.all([...clients, closed])

    assert.equal(lost, 0)
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
    const { ask, server } = await startServer(t)
    await ask('/')
    const hanging = ask('/hang').catch((error: Error) => error)
    await setTimeout(50)

    const started = Date.now()
    await closeGracefully(server, limits)

    assert.ok((await hanging) instanceof Error)
    assert.ok(Date.now() - started >= limits.drainMs - 100)
  })
})

async function startServer(t: TestContext) {
  const server = createServer(async (req, res) => {
    if (req.url === '/hang') return
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
  return { port, ask, server }
}
