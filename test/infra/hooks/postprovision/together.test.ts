// The postprovision hook of several people at once: none of them shuts the others out, or takes their work for an error.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sampleDocuments } from '../../../../infra/hooks/documents/sample-documents.ts'
import { upload } from '../../../../infra/hooks/documents/upload.ts'
import {
  askAsSite,
  assertClosed,
  cloud,
  containerAs,
  hooks,
  succeeded,
  temporaryRules,
} from '../../../support/provision.ts'

const { arm, blobs, identity, sql } = cloud
const always = { times: Infinity }

describe('postprovision of two people at once', () => {
  it('succeeds for both, and leaves all made and all closed', async () => {
    await sql.execute(`DROP USER [${identity.app.name}]`)
    await sql.execute('DROP TABLE dbo.Products')
    for (const { name } of sampleDocuments()) await blobs.delete(name)

    const outcomes = await Promise.all([hooks.run('postprovision'), hooks.run('postprovision')])

    for (const outcome of outcomes) assert.partialDeepStrictEqual(outcome, succeeded)
    await assertClosed()
    assert.deepEqual(await askAsSite('SELECT COUNT(*) AS Total FROM dbo.Products'), [{ Total: 113 }])
    for (const { name, body } of sampleDocuments()) {
      const stored = await containerAs(identity.app).getBlobClient(name).downloadToBuffer()
      assert.ok(stored.equals(body), name)
    }
  })

  it('waits for the other where both make the same table, row or user', async () => {
    for (const number of [2714, 2627, 15023, 1205]) sql.faults.failNext(number)

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.equal(stdout.match(/Waiting for somebody else who is preparing the database/g)?.length, 4)
  })

  it('opens Blob Storage again when the other has closed it', async () => {
    blobs.faults.failNext(403, { code: 'AuthorizationFailure', ...always })
    const hook = hooks.start('postprovision')
    await hook.printed('Opened Blob Storage to all networks')
    blobs.firewall.closed = true
    blobs.faults.clear()

    const { stdout, ...result } = await hook.ended

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Opened Blob Storage again, because somebody else had closed it/)
    await assertClosed()
  })

  it('opens the SQL server again when the other has closed it', async () => {
    sql.logins.failNext(40615, always)
    const hook = hooks.start('postprovision')
    await hook.printed('Opened the SQL server to 127.0.0.1,')
    for (const rule of temporaryRules()) arm.removeFirewallRule(rule)
    sql.logins.clear()

    const { stdout, ...result } = await hook.ended

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Opened the SQL server to 127\.0\.0\.1 again, because somebody else had closed it/)
    await assertClosed()
  })

  it('closes its own address only, and leaves that of the other', async () => {
    blobs.faults.failNext(403, { code: 'AuthorizationFailure', ...always })
    const hook = hooks.start('postprovision')
    await hook.printed('Opened Blob Storage')
    assert.deepEqual(temporaryRules(), ['azd-postprovision-127-0-0-1'])
    arm.addFirewallRule('azd-postprovision-203-0-113-7', '203.0.113.7')
    blobs.faults.clear()

    assert.partialDeepStrictEqual(await hook.ended, succeeded)
    assert.deepEqual(temporaryRules(), ['azd-postprovision-203-0-113-7'])
  })
})

describe('a document that somebody else uploads first', () => {
  for (const [content, result] of [
    ['as the sample has it', 'unchanged'],
    ['rewritten by hand', 'changed'],
  ] as const) {
    it(`is there already: ${result}`, async (t) => {
      const welcome = {
        name: 'race.txt',
        contentType: 'text/plain',
        body: Buffer.from('as the sample has it'),
      }
      t.after(() => blobs.delete(welcome.name))
      blobs.firewall.closed = false

      const outcome = await upload(
        [welcome],
        { account: 'stlocal', endpoint: blobs.endpoint, container: blobs.containerName },
        beforeSecondRequest(() => blobs.put(welcome.name, content)),
        AbortSignal.timeout(60_000),
      )

      assert.deepEqual(outcome, { uploaded: [], unchanged: [], changed: [], [result]: [welcome.name] })
    })
  }
})

/** The deployer's sign-in. Its tokens expire at once, so that each request asks; the second, the upload, comes too late. */
function beforeSecondRequest(act: () => Promise<void>) {
  let requests = 0
  return {
    async getToken(scopes: string | string[]) {
      requests += 1
      if (requests === 2) await act()
      const token = await identity.credential(identity.deployer).getToken([scopes].flat())
      assert.ok(token)
      return { ...token, expiresOnTimestamp: Date.now() }
    },
    principal: async () => ({}),
  }
}
