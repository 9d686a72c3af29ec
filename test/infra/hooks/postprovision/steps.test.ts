// The hook that fills the services: what it makes, and what it leaves alone.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { principal } from 'local-cloud'
import { sidOf } from '../../../../infra/hooks/database/prepare-database.ts'
import { sampleDocuments } from '../../../../infra/hooks/documents/sample-documents.ts'
import { outputNames } from '../../../../infra/hooks/shared/settings.ts'
import { askAsSite, cloud, containerAs, hooks, succeeded } from '../../../support/provision.ts'
import { file, statements } from '../../bicep.ts'

const { blobs, identity, sql } = cloud
const { app } = identity

describe('postprovision', () => {
  it('makes the table, its rows, the user of the site and the documents', async () => {
    await sql.execute(`DROP USER [${app.name}]`)
    await sql.execute('DROP TABLE dbo.Products')
    for (const { name } of sampleDocuments()) await blobs.delete(name)

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Inserted 113 products/)
    assert.match(stdout, /Documents uploaded: 11\n/)
    assert.deepEqual(await askAsSite('SELECT COUNT(*) AS Total FROM dbo.Products'), [{ Total: 113 }])
    for (const { name, contentType, body } of sampleDocuments()) {
      const blob = containerAs(app).getBlobClient(name)
      assert.equal((await blob.getProperties()).contentType, contentType, name)
      assert.ok((await blob.downloadToBuffer()).equals(body), name)
    }
  })

  it('lets the site read the products and do nothing else with them', async () => {
    for (const statement of ['DELETE FROM dbo.Products', 'DROP TABLE dbo.Products']) {
      await assert.rejects(askAsSite(statement), /permission/, statement)
    }
  })

  it('changes nothing the second time', async () => {
    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /The products are there already/)
    assert.match(stdout, /User id-keyless-express is there already/)
    assert.match(stdout, /Documents there already: 11\n/)
    assert.deepEqual(
      blobs.requests.filter(({ method }) => method !== 'GET'),
      [],
    )
  })

  it('neither deletes nor overwrites what somebody else has put there', async (t) => {
    await blobs.put('Welcome.md', 'rewritten by hand')
    await blobs.put('minutes.txt', 'not a part of the sample')
    await sql.execute('DELETE FROM dbo.Products WHERE Id > 1')
    t.after(() => Promise.all([blobs.delete('Welcome.md'), blobs.delete('minutes.txt')]))

    const { stdout } = await hooks.run('postprovision')

    assert.match(stdout, /Left alone, because somebody changed it: Welcome\.md/)
    assert.equal(await textOf('Welcome.md'), 'rewritten by hand')
    assert.equal(await textOf('minutes.txt'), 'not a part of the sample')
    assert.deepEqual(await askAsSite('SELECT Id FROM dbo.Products'), [{ Id: 1 }])
  })

  it('repairs a user who stands for an identity that was deleted', async () => {
    const stale = sidOf(principal('deleted').clientId)
    await sql.execute(`DROP USER [${app.name}]`)
    await sql.execute(`CREATE USER [${app.name}] WITH SID = ${stale}, TYPE = E`)
    await assert.rejects(askAsSite('SELECT Id FROM dbo.Products'), /Login failed/)

    const { stdout, ...result } = await hooks.run('postprovision')

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /Replaced user id-keyless-express/)
    assert.ok(await askAsSite('SELECT Id FROM dbo.Products'))
  })

  it('runs by way of tsx, as azd runs it, and loads the SDKs without it', async () => {
    const { stdout, ...result } = await hooks.startWithTsx('postprovision', {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent('console.log(...process.execArgv)')}`,
    }).ended

    assert.deepEqual(result, succeeded)
    const started = stdout.match(/^--.*$/gm) ?? []
    assert.deepEqual(
      started.map((options) => options.includes('tsx')),
      [true, false],
    )
  })
})

describe('the settings of the hooks', () => {
  it('are outputs of the template, but for one that azd sets itself', () => {
    const outputs = statements('output', [file('main.bicep')]).map(({ name }) => name)
    assert.deepEqual(
      outputNames.filter((name) => !outputs.includes(name)),
      ['AZURE_SUBSCRIPTION_ID'],
    )
  })
})

async function textOf(name: string): Promise<string> {
  return String(await containerAs(app).getBlobClient(name).downloadToBuffer())
}
