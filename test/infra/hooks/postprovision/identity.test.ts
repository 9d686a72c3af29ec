// The postprovision hook after the identity of the site has changed: nothing of the former one stays, and nothing else goes.
import assert from 'node:assert/strict'
import { after, beforeEach, describe, it } from 'node:test'
import { type Principal, principal } from 'local-cloud'
import { sidOf } from '../../../../infra/hooks/database/prepare-database.ts'
import type { Variables } from '../../../support/hooks.ts'
import { cloud, hooks, succeeded } from '../../../support/provision.ts'

const { arm, identity, sql } = cloud
const { app, deployer } = identity
const { identities, roleAssignments } = arm

const container = `Microsoft.Storage/storageAccounts/${arm.storageAccount}/blobServices/default/containers/${cloud.blobs.containerName}`
const secret = `Microsoft.KeyVault/vaults/kv-local/secrets/${cloud.env.AZURE_KEY_VAULT_SECRET_NAME}`
const insights = 'Microsoft.Insights/components/appi-local'

/** What the template assigns to the identity of the site: scopes and descriptions. */
const siteRoles = [
  [container, 'The site lists and streams the documents.'],
  [secret, 'The site reads the secret.'],
  [insights, 'The site sends its telemetry.'],
] as const

const system = principal(arm.siteName)
const colleague = principal('colleague')

describe('the former identity of the site', () => {
  beforeEach(async () => {
    identities.reset()
    roleAssignments.clear()
    for (const name of await users()) await sql.execute(`DROP USER [${name}]`)
  })
  after(() => cloud.reset())

  describe('postprovision after the site has got a system-assigned identity', () => {
    beforeEach(() => deploySystemAssigned(system))

    it('leaves nothing of the user-assigned one', async () => {
      await leftBy(app)
      const others = await madeByOthers()

      const { stdout, ...result } = await hooks.run('postprovision', withSystemAssigned(system))

      assert.deepEqual(result, succeeded)
      assert.match(stdout, /Dropped user id-keyless-express, whose identity the site no longer has/)
      assert.match(stdout, /Role assignments deleted: 3\n/)
      assert.match(stdout, /Deleted id-keyless-express, which the site no longer has/)
      await assertLeft(system, others)
    })

    it('finds the assignments of the user-assigned one without a description, too', async () => {
      for (const [path] of siteRoles) assign(app, path)

      assert.partialDeepStrictEqual(await hooks.run('postprovision', withSystemAssigned(system)), succeeded)

      assert.deepEqual([...roleAssignments.all.keys()].map(principalOf), [system, system, system].map(idOf))
    })

    it('finds the assignments among hundreds that others have made', async () => {
      const group = arm.idOf('').replace('/providers/', '')
      for (let count = 0; count < 200; count += 1) {
        roleAssignments.add({ scope: group, principalId: colleague.objectId })
      }
      assignRoles(app)

      assert.partialDeepStrictEqual(await hooks.run('postprovision', withSystemAssigned(system)), succeeded)

      assert.deepEqual(roleAssignmentsOf(app), [])
      assert.equal(roleAssignments.all.size, 200 + siteRoles.length)
    })

    it('finishes what an interrupted run has begun', async () => {
      await leftBy(app)
      const others = await madeByOthers()
      const hook = hooks.startProcess('postprovision', withSystemAssigned(system))
      await hook.until(() => !roleAssignmentsOf(app).includes(container))
      hook.kill('SIGKILL')
      await hook.ended

      assert.partialDeepStrictEqual(await hooks.run('postprovision', withSystemAssigned(system)), succeeded)

      await assertLeft(system, others)
    })

    it('finds nothing to do the second time', async () => {
      await leftBy(app)
      await hooks.run('postprovision', withSystemAssigned(system))
      arm.requests.length = 0

      const { stdout, ...result } = await hooks.run('postprovision', withSystemAssigned(system))

      assert.deepEqual(result, succeeded)
      assert.doesNotMatch(stdout, /Former identity|Dropped/)
      const deletions = arm.requests.filter(
        ({ method, path }) => method === 'DELETE' && !/firewallRules/.test(path),
      )
      assert.deepEqual(deletions, [])
    })

    it('hands over commands where only an administrator may delete roles, and keeps the identity until then', async () => {
      await leftBy(app)
      roleAssignments.protect()

      const { stdout, ...result } = await hooks.run('postprovision', withSystemAssigned(system))

      assert.deepEqual(result, succeeded)
      const ids = [...stdout.matchAll(/^az role assignment delete --ids "(.*)"$/gm)].map(([, id = '']) => id)
      assert.deepEqual(ids.map(principalOf), [app, app, app].map(idOf))
      assert.ok(identities.all.has(app.name))
    })

    it('removes nothing for somebody whose environment is older than the deployment', async () => {
      identities.assign(app.name, ids(app))
      roleAssignments.clear()
      await leftBy(app)
      const before = [...roleAssignments.all.keys()]

      const { stdout, ...result } = await hooks.run('postprovision', withSystemAssigned(system))

      assert.deepEqual(result, succeeded)
      assert.match(stdout, /\(!\) The site does not have the identity that this azd environment names/)
      assert.deepEqual([...roleAssignments.all.keys()], before)
      assert.ok(identities.all.has(app.name))
      assert.ok((await users()).includes(app.name))
    })
  })

  describe('postprovision after the site has got a user-assigned identity', () => {
    it('leaves nothing of the system-assigned one, which is gone', async () => {
      await leftBy(system)
      assignRoles(app)
      const others = await madeByOthers()

      const { stdout, ...result } = await hooks.run('postprovision')

      assert.deepEqual(result, succeeded)
      assert.match(stdout, /Dropped user app-local, whose identity the site no longer has/)
      assert.match(stdout, /Role assignments deleted: 3\n/)
      await assertLeft(app, others)
      assert.ok(identities.all.has(app.name), 'the identity in use')
    })
  })

  describe('postprovision after the identity was created again', () => {
    it('leaves nothing of the one before, which had the same name', async () => {
      await leftBy(principal(app.name))
      assignRoles(app)
      const others = await madeByOthers()

      assert.partialDeepStrictEqual(await hooks.run('postprovision'), succeeded)

      await assertLeft(app, others)
    })
  })

  describe('postprovision without a site', () => {
    it('removes nothing', async () => {
      await leftBy(system)
      identities.ofSite = undefined

      const { stdout, ...result } = await hooks.run('postprovision')

      assert.deepEqual(result, succeeded)
      assert.match(stdout, /does not have the identity/)
      assert.equal(roleAssignmentsOf(system).length, 3)
    })
  })
})

function deploySystemAssigned(who: Principal): void {
  identities.assignBySystem(who.objectId)
  assignRoles(who)
}

/** The outputs of a deployment with a system-assigned identity. */
function withSystemAssigned({ name, clientId, objectId }: Principal): Variables {
  return {
    DEPLOYED_IDENTITY_TYPE: 'SystemAssigned',
    WEB_IDENTITY_NAME: name,
    WEB_IDENTITY_CLIENT_ID: clientId,
    WEB_IDENTITY_PRINCIPAL_ID: objectId,
  }
}

/** One of everything that an identity of the site has: its roles and its user. */
async function leftBy(who: Principal): Promise<void> {
  assignRoles(who)
  await createUser(who.name, who)
}

function assignRoles(who: Principal): void {
  for (const [path, description] of siteRoles) assign(who, path, description)
}

function assign({ objectId: principalId }: Principal, path: string, description?: string): string {
  return roleAssignments.add({ scope: arm.idOf(path), principalId, ...(description && { description }) })
}

function createUser(name: string, { clientId }: Principal): Promise<unknown> {
  return sql.execute(`CREATE USER [${name}] WITH SID = ${sidOf(clientId)}, TYPE = E`)
}

/** The assignments that others have made: on the same scopes, next to them, above and below. */
async function madeByOthers(): Promise<string[]> {
  await createUser('app-colleague', colleague)
  const group = arm.idOf('').replace('/providers/', '')
  return [
    ...siteRoles.map(([path]) => assign(colleague, path)),
    assign(colleague, container, 'Our report reads the documents.'),
    assign(deployer, container, 'The deployer uploads the sample documents.'),
    assign(colleague, `${container}2`, 'The site lists and streams the documents.'),
    roleAssignments.add({
      scope: group,
      principalId: colleague.objectId,
      description: 'The site reads the secret.',
    }),
  ]
}

/** The site's identity has what it needs, others have what they had, and there is nothing else. */
async function assertLeft(who: Principal, others: string[]): Promise<void> {
  assert.deepEqual(
    [...roleAssignments.all.keys()].filter((id) => !others.includes(id)).map(principalOf),
    siteRoles.map(() => who.objectId),
  )
  for (const id of others) assert.ok(roleAssignments.all.has(id), id)
  assert.deepEqual((await users()).sort(), ['app-colleague', who.name].sort())
  assert.deepEqual([...identities.all.keys()], who === app ? [app.name] : [])
}

async function users(): Promise<string[]> {
  const found = await sql.execute(
    "SELECT name FROM sys.database_principals WHERE type = 'E' AND name <> 'dbo'",
  )
  return found.map(({ name }) => String(name))
}

/** The paths of the resources to which it has a role. */
function roleAssignmentsOf({ objectId }: Principal): string[] {
  const of = [...roleAssignments.all.values()].filter(({ principalId }) => principalId === objectId)
  return of.map(({ scope }) => scope.slice(arm.idOf('').length))
}

const principalOf = (id: string) => roleAssignments.all.get(id)?.principalId
const idOf = ({ objectId }: Principal) => objectId
const ids = ({ objectId: principalId, clientId }: Principal) => ({ principalId, clientId })
