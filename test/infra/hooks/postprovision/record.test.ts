// What the postprovision hook does not do again: `azd provision` opens nothing while the record says that all is done.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdir, rm, utimes } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { principal } from 'local-cloud'
import { markProvisioning, takeProvisioningMarker } from '../../../../infra/hooks/shared/provisioning.ts'
import { askAsSite, cloud, hooks, succeeded } from '../../../support/provision.ts'

const { arm, blobs, identity, sql } = cloud
const { app } = identity

const environment = { AZURE_ENV_NAME: `test-${randomUUID()}` }
const folder = new URL(`../../../../.azure/${environment.AZURE_ENV_NAME}/`, import.meta.url)

before(() => mkdir(folder, { recursive: true }))
after(() => rm(folder, { recursive: true }))

describe('azd provision', () => {
  it('opens nothing and asks neither service when all is done', async () => {
    assert.deepEqual(await provision(), allDone)
    const { loginCount } = sql
    blobs.requests.length = 0
    arm.requests.length = 0

    assert.partialDeepStrictEqual(await hooks.run('preprovision', environment), succeeded)
    const { stdout, ...result } = await hooks.run('postprovision', environment)

    assert.deepEqual(result, succeeded)
    assert.deepEqual(stepsIn(stdout), { database: false, documents: false, opened: false })
    assert.equal(sql.loginCount, loginCount)
    assert.deepEqual(blobs.requests, [])
    assert.deepEqual(
      arm.requests.filter(({ method }) => method !== 'GET').map(({ path }) => path.split('/').at(-1)),
      ['developer'],
    )
  })

  it('prepares a database, and fills a container, that was made again', async () => {
    arm.recreateDatabase()
    assert.deepEqual(await provision(), { ...allDone, documents: false })

    arm.recreateContainer()
    assert.deepEqual(await provision(), { ...allDone, database: false })
  })

  it('makes the user of an identity that was made again', async () => {
    const { clientId } = principal('made again')

    const outcome = await provision({ WEB_IDENTITY_CLIENT_ID: clientId })

    assert.deepEqual(outcome, { ...allDone, documents: false })
  })
})

describe('azd hooks run postprovision', () => {
  it('repairs what the record takes for done', async () => {
    await provision()
    await sql.execute(`DROP USER [${app.name}]`)

    const { stdout, ...result } = await hooks.run('postprovision', environment)

    assert.deepEqual(result, succeeded)
    assert.deepEqual(stepsIn(stdout), allDone)
    assert.ok(await askAsSite('SELECT Id FROM dbo.Products'))
  })
})

describe('the note of preprovision', () => {
  it('is for one run of postprovision', async () => {
    await markProvisioning(environment)

    assert.equal(await takeProvisioningMarker(environment), true)
    assert.equal(await takeProvisioningMarker(environment), false)
  })

  it('does not count when it was left by a provisioning of yesterday', async () => {
    await markProvisioning(environment)
    const yesterday = new Date(Date.now() - 24 * 60 * 60_000)
    await utimes(new URL('provisioning', folder), yesterday, yesterday)

    assert.equal(await takeProvisioningMarker(environment), false)
  })

  it('stays within the folder of the environment, and need not be possible', async () => {
    for (const name of ['', '../elsewhere', `missing-${randomUUID()}`]) {
      await markProvisioning({ AZURE_ENV_NAME: name })
      assert.equal(await takeProvisioningMarker({ AZURE_ENV_NAME: name }), false)
    }
  })
})

/** As azd does it when it finds nothing new in the template. */
async function provision(changes: Record<string, string> = {}) {
  await markProvisioning(environment)
  const outcome = await hooks.run('postprovision', { ...environment, ...changes })
  assert.partialDeepStrictEqual(outcome, succeeded)
  return stepsIn(outcome.stdout)
}

const allDone = { database: true, documents: true, opened: true }

/** What became of the two steps, and whether anything was opened. */
function stepsIn(stdout: string) {
  const [, database = '', documents = ''] = stdout.split(/^(?:Database|Container) .*$/m)
  return {
    database: !database.includes('Done before'),
    documents: !documents.includes('Done before'),
    opened: stdout.includes('Opened'),
  }
}
