// Who may do what, and that nobody gets in with something that can be stolen.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at, file, files, passedTo, readData, resource, statements, valuesPassed } from '../bicep.ts'
import { expected } from '../expected.ts'

const roles: Record<string, string> = readData('roles.json')

describe('role assignments', () => {
  it('are these and no others', () => {
    const grants = [
      ...expected.grants,
      'access: sitePrincipalId (ServicePrincipal) is Monitoring Metrics Publisher on Microsoft.Insights/components',
      'storage: deployerPrincipalId (deployerPrincipalType) is Storage Blob Data Contributor on Microsoft.Storage/storageAccounts/blobServices/containers',
      'access: sitePrincipalId (ServicePrincipal) is Storage Blob Data Reader on Microsoft.Storage/storageAccounts/blobServices/containers',
    ]
    assert.deepEqual(files.flatMap(({ path }) => grantsIn(path)).sort(), grants.sort())
  })

  it('go to the site and to whoever deploys', () => {
    assert.deepEqual(valuesPassed('sitePrincipalId'), [
      '=identity!.outputs.principalId',
      '=web.outputs.systemAssignedPrincipalId',
    ])
    assert.deepEqual(valuesPassed('assignRoles'), ['=assignRoles'])
    assert.deepEqual(valuesPassed('deployerPrincipalId'), ['=principalId'])
    assert.deepEqual(valuesPassed('deployerPrincipalType'), ['=principalType'])
  })

  it('are left to an administrator if assignRoles is off', () => {
    const access = file('modules/access.bicep')
    for (const { name, condition } of assignments()) {
      const expected = access.statements.some((each) => each.name === name) ? undefined : 'assignRoles'
      assert.equal(condition, expected, name)
    }
    const uses = statements('module').filter(({ target }) => target === './modules/access.bicep')
    assert.deepEqual(
      uses.map(({ condition }) => condition),
      ['assignRoles && userAssigned', 'assignRoles && !userAssigned'],
    )
  })

  it('have names that follow from scope, principal and role', () => {
    for (const { value, name } of assignments()) {
      const role = String(at(value, 'properties.roleDefinitionId')).match(/(\w+)\)$/)?.[1]
      const parts = [`${at(value, 'scope')}.id`, at(value, 'properties.principalId'), role]
      assert.equal(at(value, 'name'), `=guid(${parts.join(', ').replaceAll('=', '')})`, name)
    }
  })
})

describe('the administrator of SQL', () => {
  const server = resource('Microsoft.Sql/servers')

  it('signs in with Microsoft Entra, for there is no password', () => {
    assert.deepEqual(at(server.value, 'properties.administrators'), {
      administratorType: 'ActiveDirectory',
      azureADOnlyAuthentication: true,
      principalType: '=empty(adminPrincipalType) ? null : sqlPrincipalTypes[adminPrincipalType]',
      login: '=empty(adminLogin) ? adminObjectId : adminLogin',
      sid: '=adminObjectId',
      tenantId: '=tenant().tenantId',
    })
  })

  it('is the one that main.bicep chooses', () => {
    const { adminObjectId, adminPrincipalType, adminLogin } = passedTo('modules/sql.bicep')
    assert.deepEqual(
      [adminObjectId, adminPrincipalType, adminLogin],
      ['=sqlAdmin.objectId', '=sqlAdmin.type', '=sqlAdmin.login'],
    )
  })

  // Whether another one takes its place is for test/infra/hooks/lifecycle.test.ts.

  it('may be a service principal, which SQL calls an application', () => {
    const kinds = { User: 'User', Group: 'Group', ServicePrincipal: 'Application' }
    assert.deepEqual(declared('modules/sql.bicep', 'sqlPrincipalTypes'), kinds)
    // Nobody may know: an administrator who was named in the portal has no kind.
    for (const [path, name] of [
      ['modules/sql.bicep', 'adminPrincipalType'],
      ['main.bicep', 'keptSqlAdminType'],
    ] as const) {
      assert.deepEqual(allowed(path, name), ['', ...Object.keys(kinds)])
    }
    assert.deepEqual(allowed('main.bicep', 'principalType'), ['User', 'ServicePrincipal'])
  })
})

describe('secrets', () => {
  const secure = statements('param').filter(({ decorators }) => decorators.secure)

  it('are nowhere: no key, password or connection string is set or read', () => {
    for (const { path, statements } of files) {
      // The connection string of Application Insights is an address: telemetry is refused without a token.
      const code = JSON.stringify(statements.map(({ decorators: _, ...code }) => code)).replaceAll(
        /applicationInsights(\.properties\.)?ConnectionString|(monitoring\.outputs\.|"name":")connectionString/g,
        '',
      )
      assert.doesNotMatch(
        code,
        /\blist\w*\(|getSecret|administratorLogin|password|connectionString|accountKey|sharedKeys?"|\bsas\b/i,
        path,
      )
    }
  })

  it('come in by secure parameters', () => {
    for (const { name, decorators } of statements('param')) {
      if (/password|pwd|secret|token|key/i.test(name) && !/Name$|Endpoint$/.test(name)) {
        assert.ok(decorators.secure, name)
      }
    }
  })

  it('have no default that could be known', () => {
    for (const { name, value } of secure) assert.ok([undefined, '=newGuid()'].includes(value as string), name)
  })

  it('go out by no output', () => {
    for (const { name, value } of statements('output')) {
      assert.doesNotMatch(name, /password|token|key$|secretValue/i)
      for (const { name: secret } of secure) assert.doesNotMatch(String(value), new RegExp(`\\b${secret}\\b`))
    }
  })
})

function assignments() {
  return statements('resource').filter(({ target }) => target === 'Microsoft.Authorization/roleAssignments')
}

// One readable line for each grant in a file.
function grantsIn(path: string): string[] {
  const symbols = new Map(file(path).statements.map((each) => [`=${each.name}`, each]))
  return assignments()
    .filter((each) => file(path).statements.includes(each))
    .map(({ value }) => {
      const properties = at(value, 'properties')
      const [, role = ''] =
        String(at(properties, 'roleDefinitionId')).match(
          /^=subscriptionResourceId\('Microsoft\.Authorization\/roleDefinitions', (\w+)\)$/,
        ) ?? []
      const roleId = symbols.get(`=${role}`)?.value
      const roleName = Object.keys(roles).find((name) => roles[name] === roleId)
      const scope = symbols.get(String(at(value, 'scope')))?.target
      const grant = `${at(properties, 'principalId')} (${at(properties, 'principalType')}) is ${roleName} on ${scope}`
      return `${path.replace(/^modules\/|\.bicep$/g, '')}: ${grant.replaceAll('=', '')}`
    })
}

function declared(path: string, name: string) {
  return file(path).statements.find((each) => each.name === name && each.kind !== 'output')?.value
}

function allowed(path: string, name: string) {
  return file(path).statements.find((each) => each.name === name)?.decorators.allowed?.[0]
}
