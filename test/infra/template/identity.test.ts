// The identity of the site, of either type: where it comes from, and who is told of it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createEvaluator } from '../../support/azd/expressions.ts'
import { at, file, type Properties, passedTo, resource, statements, type Value } from '../bicep.ts'

const site = resource('Microsoft.Web/sites')
const settings = at(site.value, 'properties.siteConfig.appSettings') as Value[]
const modules = statements('module')

const types = {
  UserAssigned: {
    modules: ['identity', 'userAssignedAccess'],
    identity: { type: 'UserAssigned', userAssignedIdentities: { 'id of id-web': {} } },
    keyVaultReferenceIdentity: 'id of id-web',
    settings: [{ name: 'AZURE_CLIENT_ID', value: 'client of id-web' }],
    outputs: ['id-web', 'client of id-web', 'principal of id-web'],
    roles: ['principal of id-web'],
  },
  SystemAssigned: {
    modules: ['systemAssignedAccess'],
    identity: { type: 'SystemAssigned' },
    keyVaultReferenceIdentity: 'SystemAssigned',
    settings: [],
    outputs: ['app-web', 'client of app-web', 'principal of app-web'],
    roles: ['principal of app-web'],
  },
}

for (const [type, expected] of Object.entries(types)) {
  describe(`an identity of type ${type}`, () => {
    const { main, web, madeModules } = deploy(type)

    it('is the only one that the site has, and the one of its Key Vault references', () => {
      assert.deepEqual(web(at(site.value, 'identity')), expected.identity)
      const reference = at(site.value, 'properties.keyVaultReferenceIdentity')
      assert.equal(web(reference), expected.keyVaultReferenceIdentity)
    })

    it('is the one that the credential asks for', () => {
      assert.equal(settings[0], '=identitySettings')
      assert.deepEqual(web('=identitySettings'), expected.settings)
      assert.doesNotMatch(JSON.stringify(settings), /AZURE_CLIENT_ID/)
    })

    it('is made, and gets its roles, by these modules', () => {
      const optional = madeModules.filter(({ condition }) => condition)
      assert.deepEqual(
        optional.map(({ name }) => name),
        expected.modules,
      )
      const access = optional.filter(({ target }) => target === './modules/access.bicep')
      assert.deepEqual(
        access.map(({ value }) => main(at(value, 'params.sitePrincipalId'))),
        expected.roles,
      )
    })

    it('is what the hooks are told of', () => {
      const outputs = new Map(
        statements('output', [file('main.bicep')]).map(({ name, value }) => [name, value]),
      )
      const ofIdentity = ['NAME', 'CLIENT_ID', 'PRINCIPAL_ID'].map((part) =>
        main(outputs.get(`WEB_IDENTITY_${part}`)),
      )
      assert.deepEqual(ofIdentity, expected.outputs)
      assert.equal(main(outputs.get('WEB_USER_ASSIGNED_IDENTITY_NAME')), 'id-web')
      assert.equal(main(outputs.get('DEPLOYED_IDENTITY_TYPE')), type)
    })
  })
}

describe('the identity of the site', () => {
  it('is user-assigned, unless a parameter says otherwise', () => {
    const type = statements('param').find(({ name }) => name === 'identityType')
    assert.equal(type?.value, 'UserAssigned')
    assert.deepEqual(type?.decorators.allowed?.[0], Object.keys(types))
  })

  it('has its roles before the site starts, if it exists by then', () => {
    const [web, before, after] = ['web', 'userAssignedAccess', 'systemAssignedAccess'].map((symbol) =>
      modules.find(({ name }) => name === symbol),
    )
    assert.deepEqual(at(web?.value, 'dependsOn'), ['=userAssignedAccess'])
    assert.doesNotMatch(JSON.stringify(before?.value), /web\.outputs/)
    assert.match(JSON.stringify(after?.value), /web\.outputs/)
  })

  it('has the same roles, whatever its type', () => {
    const [one, other] = modules
      .filter(({ target }) => target === './modules/access.bicep')
      .map(({ value }) => ({ ...(at(value, 'params') as Properties), sitePrincipalId: '' }))
    assert.ok(one)
    assert.deepEqual(one, other)
  })

  it('if system-assigned, is the one that Azure makes with the site', () => {
    const identity = statements('resource').find(({ name }) => name === 'systemAssignedIdentity')
    const { target, existing, condition, value } = identity ?? {}
    assert.deepEqual(
      { target, existing, condition, value },
      {
        target: 'Microsoft.ManagedIdentity/identities',
        existing: true,
        condition: 'systemAssigned',
        value: { scope: '=site', name: 'default' },
      },
    )
  })

  it('is used by nothing else', () => {
    const others = statements('resource').filter(({ value }) => at(value, 'identity') !== undefined)
    assert.deepEqual(
      others.map(({ target }) => target),
      ['Microsoft.Web/sites'],
    )
  })
})

/** Evaluates a deployment with an identity of this type. There is no other one: to read one fails. */
function deploy(type: string) {
  const ids = (name: string) => ({ clientId: `client of ${name}`, principalId: `principal of ${name}` })
  const isSystemAssigned = type === 'SystemAssigned'
  const scope: Record<string, unknown> = {
    identityType: type,
    userAssignedIdentityName: 'id-web',
    identity: isSystemAssigned ? undefined : { outputs: { id: 'id of id-web', ...ids('id-web') } },
  }
  const main = evaluatorOf('main.bicep', scope)
  const passed = passedTo('modules/web.bicep')
  const web = evaluatorOf('modules/web.bicep', {
    userAssignedIdentityId: main(passed.userAssignedIdentityId),
    userAssignedIdentityClientId: main(passed.userAssignedIdentityClientId),
    systemAssignedIdentity: isSystemAssigned ? { properties: ids('app-web') } : undefined,
  })
  const outputs = statements('output', [file('modules/web.bicep')]).filter(({ name }) =>
    name.startsWith('systemAssigned'),
  )
  const mainAfterWeb = evaluatorOf('main.bicep', {
    ...scope,
    web: {
      outputs: {
        name: 'app-web',
        ...Object.fromEntries(outputs.map(({ name, value }) => [name, web(value)])),
      },
    },
  })
  const madeModules = modules.filter(({ condition }) => !condition || main(`=${condition}`))
  return { main: mainAfterWeb, web, madeModules }
}

function evaluatorOf(path: string, scope: Record<string, unknown>) {
  const evaluate = createEvaluator(path, scope)
  // What is made in the context of the evaluator has other prototypes.
  return (value: Value | undefined) => structuredClone(evaluate(value ?? null))
}
