// Everything that the site sends while visitors send marked values, searched for each of them.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCredential } from '../../src/azure/credential.ts'
import { limits } from '../../src/limits.ts'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { redact } from '../../src/telemetry/redact.ts'
import { eventually } from '../support/eventually.ts'
import { rawRequest } from '../support/raw-request.ts'
import { pages } from '../support/start-app.ts'
import { startObserved } from '../support/telemetry.ts'

const visitor = { ipv4: '203.0.113.77', ipv6: '2001:db8:77::5' }
const headers = {
  'X-Forwarded-For': `${visitor.ipv4}:4711`,
  Forwarded: `for="[${visitor.ipv6}]:4711"`,
  'X-Forwarded-Proto': 'marked-scheme',
  'X-Forwarded-Host': 'marked-host.example',
  'X-Client-IP': visitor.ipv4,
  'User-Agent': 'marked-agent/1.0',
  Cookie: 'session=marked-cookie',
  Authorization: 'Bearer marked-authorization',
  Referer: 'https://marked-referer.example/?q=1',
  tracestate: 'marked=state',
}
const addresses = [
  '/',
  '/healthz',
  '/readyz',
  '/no-such-page?marked-query=1',
  '/no-such-page?marked-query',
  ...pages.map(({ url }) => `${url}?attempt=2&marked-query=marked-value`),
  `${productsUrl}?search=marked-search&category=marked-category`,
  `${productsUrl}/21?sig=marked-signature`,
  `${documentsUrl}?prefix=marked-prefix&cursor=marked-cursor`,
  `${documentsUrl}/marked-name.txt?sv=2026&sig=marked-signature`,
  `${documentsUrl}/nothing-here?marked-query=${visitor.ipv4}`,
  'http://other-host.example/absolute?marked-query=1',
  `/%zz?marked-query=1`,
]

describe('telemetry', () => {
  for (const state of ['while all is well', 'while everything fails']) {
    it(`holds nothing secret and nothing of a visitor, ${state}`, async (t) => {
      const site = await startObserved(t, { requestMs: 5_000 }, { SHOW_TRACE: 'true' })
      const { cloud, origin, logged, itemsOf, telemetry } = site
      site.mayAnswer500 = true
      await cloud.blobs.put('marked-name.txt', 'marked-content')
      if (state === 'while everything fails') failEverything(cloud)

      for (const address of addresses) await rawRequest(origin, address, { headers })
      await rawRequest(origin, '/webhook', {
        method: 'POST',
        headers: { ...headers, 'X-Marked': 'marked-header' },
      })
      await rawRequest(origin, '/', { method: 'MARKED-METHOD', headers }).catch(() => {})
      await eventually(() => itemsOf('RequestData').length >= addresses.length)
      await telemetry?.close()

      const sent = JSON.stringify(cloud.telemetry.items())
      assert.ok(logged.join('').includes('marked-query'), 'the log has what telemetry must not have')
      assert.ok(sent.includes('marked-name.txt'), 'names of documents may be sent')
      const marked = sent.match(/[^"]*marked-(?!name\.txt)[^"]*/gi) ?? []
      assert.deepEqual(marked, [])
      for (const secret of [...Object.values(visitor), ...(await secretsOf(cloud))]) {
        assert.ok(!sent.includes(secret), `telemetry has ${secret}`)
      }
      assert.doesNotMatch(sent, /eyJ[\w-]{8}|Bearer/)
      for (const { tags } of cloud.telemetry.items()) assert.equal(tags?.['ai.location.ip'], '0.0.0.0')
    })
  }
})

describe('a text of the log', () => {
  const texts: Record<string, string> = {
    'GET https://host.example/a/b?sv=1&sig=abc failed': 'GET https://host.example/a/b?… failed',
    'Is it there? Yes.': 'Is it there? Yes.',
    'connect ECONNREFUSED 10.0.0.4:1433': 'connect ECONNREFUSED [address]:1433',
    "Client with IP address '203.0.113.7' is not allowed.":
      "Client with IP address '[address]' is not allowed.",
    'from [2001:db8::1]:443 and ::1.': 'from [[address]]:443 and [address].',
    'at 12:30:45.123, in server.js:1:2': 'at 12:30:45.123, in server.js:1:2',
    'from ::ffff:203.0.113.7.': 'from ::ffff:[address].',
    'version 1.2.3 of feed.dead.beef': 'version 1.2.3 of feed.dead.beef',
  }
  for (const [text, redacted] of Object.entries(texts)) {
    it(`is sent without queries and addresses: ${text}`, () => assert.equal(redact(text), redacted))
  }

  it('is redacted in a time that grows with its length only', () => {
    const started = performance.now()
    for (const part of ['?', '1.', ':', 'a:', '?=', '[[']) redact(part.repeat(50_000))
    assert.ok(performance.now() - started < 5_000)
  })
})

type Cloud = Awaited<ReturnType<typeof startObserved>>['cloud']

function failEverything({ blobs, vault, sql }: Cloud) {
  const times = { times: Infinity }
  blobs.faults.failNext(403, times)
  vault.faults.failNext(403, times)
  sql.faults.failNext(229, times)
}

/** Tokens, the header of the identity endpoint and the secret. */
async function secretsOf({ identity, vault }: Cloud): Promise<string[]> {
  const credential = createCredential(identity.app.clientId, limits)
  const audiences = [
    'https://storage.azure.com',
    vault.resource,
    'https://database.windows.net',
    'https://monitor.azure.com',
  ]
  const tokens = await Promise.all(audiences.map((each) => credential.getToken(`${each}/.default`)))
  return [identity.header, ...tokens.map((each) => each?.token ?? '')]
}
