import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addressIn } from '../../src/middleware/rate-limit.ts'
import { startApp } from '../support/start-app.ts'

const three = { RATE_LIMIT_PER_MINUTE: '3' }

describe('RATE_LIMIT_PER_MINUTE', () => {
  it('answers 429 to a client that asks too often, whatever port it comes from', async (t) => {
    const { request } = await startApp(t, {}, three)
    const ask = (port: number) => request.get('/').set('X-Forwarded-For', `203.0.113.7:${port}`)

    for (const port of [1001, 1002, 1003]) await ask(port).expect(200)
    const response = await ask(1004).set('Accept', 'application/json').expect(429)

    assert.equal(response.body.status, 429)
    assert.ok(Number(response.headers['retry-after']) >= 1)
  })

  it('counts each client by itself', async (t) => {
    const { request } = await startApp(t, {}, three)
    for (let client = 1; client <= 9; client += 1) {
      await request.get('/').set('X-Forwarded-For', `203.0.113.${client}:5000`).expect(200)
    }
  })

  it('trusts only what the front end added, the last address', async (t) => {
    const { request } = await startApp(t, {}, three)
    const ask = (invented: string) => request.get('/').set('X-Forwarded-For', `${invented}, 203.0.113.7:5000`)
    for (const invented of ['1.1.1.1', '2.2.2.2', '3.3.3.3']) await ask(invented).expect(200)
    await ask('4.4.4.4').expect(429)
  })

  it('leaves out the health checks of the platform', async (t) => {
    const { request } = await startApp(t, {}, three)
    for (let i = 0; i < 6; i += 1) await request.get('/healthz').expect(200)
  })

  it('is off when it is not set', async (t) => {
    const { request } = await startApp(t)
    for (let i = 0; i < 50; i += 1) await request.get('/').expect(200)
  })
})

describe('addressIn', () => {
  const cases: [forwarded: string, address: string][] = [
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]:51234', '2001:db8::1'],
    ['::ffff:203.0.113.7', '::ffff:203.0.113.7'],
    ['', ''],
  ]
  for (const [forwarded, address] of cases) {
    it(`takes "${forwarded}" for "${address}"`, () => {
      assert.equal(addressIn(forwarded), address)
    })
  }
})
