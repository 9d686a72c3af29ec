import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import { url } from '../../src/routes/documents.ts'
import { eventually } from '../support/eventually.ts'
import { largeDocument, storeLargeDocument } from '../support/large-document.ts'
import { rawRequest } from '../support/raw-request.ts'
import { startApp } from '../support/start-app.ts'

describe('a client that takes its time', () => {
  it('is cut when its headers do not come to an end', async (t) => {
    const { port } = await startApp(t, { headersMs: 200 })

    const client = drip(t, port, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
    await eventually(() => client.socket.closed)

    assert.match(client.received(), /^(HTTP\/1\.1 408 |$)/)
  })

  it('is cut when its body does not come to an end, although it has its answer', async (t) => {
    const { port } = await startApp(t, { headersMs: 200, receiveMs: 300 })

    const client = drip(
      t,
      port,
      'GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n',
    )
    await eventually(() => client.socket.closed)

    assert.match(client.received(), /^HTTP\/1\.1 200 /)
  })

  it('is cut when it stops reading a download, which frees what the download held', async (t) => {
    const { cloud, port } = await startApp(t, { silentReaderMs: 300 })
    await storeLargeDocument(cloud)
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write(`GET ${url}/${largeDocument.name} HTTP/1.1\r\nHost: localhost\r\n\r\n`)

    await eventually(() => cloud.blobs.openRequests === 1)
    await eventually(() => cloud.blobs.openRequests === 0)
    socket.destroy()
  })
})

describe('a request that is too large', () => {
  it('is refused with 431 when its headers or its address are', async (t) => {
    const { origin } = await startApp(t)
    const headers = { 'X-Large': 'x'.repeat(20_000) }
    assert.equal((await rawRequest(origin, '/', { headers })).status, 431)
    assert.equal((await rawRequest(origin, `/${'x'.repeat(20_000)}`)).status, 431)
  })
})

describe('an ambiguous request', () => {
  for (const [name, lines] of [
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['an unknown transfer encoding', 'Transfer-Encoding: xchunked'],
    ['a space before the colon', 'Content-Length : 5'],
  ]) {
    it(`is refused with 400: ${name}`, async (t) => {
      const { port } = await startApp(t)
      const socket = connect(port, '127.0.0.1')
      socket.end(
        `GET / HTTP/1.1\r\nHost: localhost\r\n${lines}\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`,
      )
      const [answer] = await once(socket, 'data')
      assert.match(String(answer), /^HTTP\/1\.1 400 /)
      assert.doesNotMatch(String(answer), /HTTP\/1\.1 200/)
    })
  }
})

/** A client that begins a request and goes on with it byte by byte. */
function drip(t: TestContext, port: number, beginning: string) {
  const socket = connect(port, '127.0.0.1')
  // Being cut is what it is here for.
  socket.on('error', () => {})
  let received = ''
  socket.on('data', (data) => {
    received += data
  })
  socket.write(beginning)
  const drops = setInterval(() => socket.write('a'), 50)
  t.after(() => clearInterval(drops))
  return { socket, received: () => received }
}
