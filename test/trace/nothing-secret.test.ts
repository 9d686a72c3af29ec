import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createCredential } from '../../src/azure/credential.ts'
import { limits } from '../../src/limits.ts'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { rawRequest } from '../support/raw-request.ts'
import { pages, startApp } from '../support/start-app.ts'
import { stepsIn, traceIn } from '../support/trace.ts'

// Words that are nowhere else on a page.
const values = { search: 'zanzibar-search', category: 'zanzibar-category', prefix: 'zanzibar-prefix' }
const addresses = [
  ...pages.map(({ url }) => url),
  `${productsUrl}?${new URLSearchParams({ search: values.search, category: values.category })}`,
  `${productsUrl}/21`,
  `${documentsUrl}?prefix=${values.prefix}`,
  `${documentsUrl}/Welcome.md`,
  `${documentsUrl}/nothing-here`,
]

describe('a page with its trace, and Server-Timing', () => {
  for (const state of ['at first', 'again', 'while everything fails']) {
    it(`hold no token, claim, header or value of a parameter, ${state}`, async (t) => {
      const { cloud, origin } = await startApp(t, { requestMs: 5_000 }, { SHOW_TRACE: 'true' })
      if (state === 'again') for (const address of addresses) await rawRequest(origin, address)
      if (state === 'while everything fails') failEverything(cloud)
      const secrets = [...(await secretsOf(cloud)), cloud.identity.header]

      for (const address of addresses) {
        for (const Accept of ['text/html', 'application/json']) {
          const { headers, body } = await rawRequest(origin, address, { headers: { Accept } })
          const html = body.toString()
          const everything = `${html}${JSON.stringify(headers)}`
          for (const secret of secrets) assert.ok(!everything.includes(secret), `${address} has ${secret}`)
          assert.doesNotMatch(everything, /eyJ[\w-]{8}|Bearer/)
          // The page itself repeats what was searched for.
          const told = `${traceIn(html)}${headers['server-timing']}`
          for (const value of Object.values(values))
            assert.ok(!told.includes(value), `${address} has ${value}`)
        }
      }
    })
  }

  it('are what the test above looks at: they name the parameters', async (t) => {
    const { request } = await startApp(t, {}, { SHOW_TRACE: 'true' })
    const products = await request.get(addresses[pages.length] ?? '').expect(200)
    assert.ok(stepsIn(products.text).some(({ facts }) => /@search, @category/.test(facts)))
    const documents = await request.get(`${documentsUrl}?prefix=${values.prefix}`).expect(200)
    assert.ok(stepsIn(documents.text).some(({ code }) => code.includes('prefix=…')))
  })
})

type Cloud = Awaited<ReturnType<typeof startApp>>['cloud']

function failEverything({ blobs, vault, sql }: Cloud) {
  const times = { times: Infinity }
  blobs.faults.failNext(403, times)
  vault.faults.failNext(403, times)
  sql.faults.failNext(229, times)
}

/** The tokens that the site uses, each part and each claim of them. */
async function secretsOf({ identity, vault }: Cloud): Promise<string[]> {
  // The SDK keeps tokens for the whole process, so these are the site's own.
  const credential = createCredential(identity.app.clientId, limits)
  const audiences = ['https://storage.azure.com', vault.resource, 'https://database.windows.net']
  const tokens = await Promise.all(audiences.map((each) => credential.getToken(`${each}/.default`)))
  return tokens.flatMap((each) => {
    const { token = '' } = each ?? {}
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    assert.ok(claims.oid)
    // The trace is to tell the audience and the client id. The last three are the same in every token.
    const { aud, appid, ver, idtyp, appidacr, ...others } = claims
    return [token, ...token.split('.'), ...Object.values(others).map(String)]
  })
}
