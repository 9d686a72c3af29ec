// The postprovision hook where the deployer may not assign roles: it hands over commands for an administrator.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { askAsSite, cloud, hooks, succeeded } from '../../../support/provision.ts'
import { at, readData, statements } from '../../bicep.ts'

const { arm, blobs, identity, sql } = cloud
const { app, deployer } = identity

const withoutRoles = { DEPLOYED_ROLES_ASSIGNED: 'false', DEPLOYER_PRINCIPAL_TYPE: 'User' }

describe('postprovision without role assignments', () => {
  it('prints a command for each of the template, skips the upload and prepares the database', async () => {
    await sql.execute(`DROP USER [${app.name}]`)

    const { stdout, ...result } = await hooks.run('postprovision', withoutRoles)

    assert.deepEqual(result, succeeded)
    assert.deepEqual(commandsIn(stdout), assignmentsOfTemplate())
    assert.deepEqual(blobs.requests, [])
    assert.ok(await askAsSite('SELECT Id FROM dbo.Products'))
  })

  it('prints them too when SQL does not take the deployer for its administrator', async () => {
    sql.logins.failNext(18456)

    const { stdout, ...result } = await hooks.run('postprovision', withoutRoles)

    assert.deepEqual(result, succeeded)
    assert.match(stdout, /\(!\) The SQL server does not know you as its administrator/)
    assert.deepEqual(commandsIn(stdout), assignmentsOfTemplate())
  })
})

/** Each command in a short form: who is what, on what, and why. */
function commandsIn(stdout: string): string[] {
  const command =
    /^az role assignment create --role "([\w ]+)" --assignee-object-id ([\w-]+) --assignee-principal-type (\w+) --scope "([^"]+)" --description "([^"]+)"$/gm
  const names: Record<string, string> = { [app.objectId]: 'site', [deployer.objectId]: 'deployer' }
  return [...stdout.matchAll(command)]
    .map(
      ([, role, id = '', type, scope = '', description]) =>
        `${names[id]} (${type}) is ${role} on ${typeOf(scope)}: ${description}`,
    )
    .sort()
}

/** `…/providers/Microsoft.Sql/servers/a/databases/b` is a Microsoft.Sql/servers/databases. */
function typeOf(scope: string): string {
  const providers = `/subscriptions/${arm.subscriptionId}/resourceGroups/${arm.resourceGroup}/providers/`
  assert.ok(scope.startsWith(providers), scope)
  const [provider, ...rest] = scope.slice(providers.length).split('/')
  return [provider, ...rest.filter((_, index) => index % 2 === 0)].join('/')
}

function assignmentsOfTemplate(): string[] {
  const roles = Object.entries(readData('roles.json'))
  const symbols = new Map(['resource', 'var'].flatMap((kind) => symbolsOf(kind as 'resource' | 'var')))
  const principals: Record<string, string> = {
    '=sitePrincipalId': 'site (ServicePrincipal)',
    '=deployerPrincipalId': 'deployer (User)',
  }
  return statements('resource')
    .filter(({ target }) => target === 'Microsoft.Authorization/roleAssignments')
    .map(({ value }) => {
      const { principalId, roleDefinitionId, description } = at(value, 'properties') as Record<string, string>
      const [, variable = ''] = /, (\w+)\)$/.exec(String(roleDefinitionId)) ?? []
      const roleId = symbols.get(variable)?.value
      const role = roles.find(([, id]) => id === roleId)?.[0]
      const scope = symbols.get(String(at(value, 'scope')).slice(1))?.target
      return `${principals[String(principalId)]} is ${role} on ${scope}: ${description}`
    })
    .sort()
}

const symbolsOf = (kind: 'resource' | 'var') => statements(kind).map((each) => [each.name, each] as const)
