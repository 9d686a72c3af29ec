// The role and the scope that a page and its trace name are those that infra/ grants.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { at, files, readData, readInfra, type Statement } from '../infra/bicep.ts'
import { pages } from '../support/start-app.ts'

describe('the access that a page names', () => {
  for (const { url, access } of pages) {
    it(`is what is granted, for ${url}`, () => {
      const { role, scope, resource = scope } = access
      const granted = [...roleAssignments(), ...sqlGrants()]
      const named = granted.find((grant) => grant.role === role && scope.endsWith(grant.scope))
      assert.ok(named, `${role} on ${scope} is not among ${JSON.stringify(granted)}`)
      assert.match(resource, /^the (container|secret|table) [\w.-]+$/)
      assert.ok(resource.includes(named.scope), resource)
    })
  }
})

interface Grant {
  role: string
  /** The last word of the resource type, such as container, or the name of the table. */
  scope: string
}

/** The role assignments of the site's identity. */
function roleAssignments(): Grant[] {
  const roles: Record<string, string> = readData('roles.json')
  return files.flatMap(({ statements }) => {
    const find = (reference: unknown) => statements.find(({ name }) => `=${name}` === reference)
    const roleOf = ({ value }: Statement) => {
      const variable = String(at(value, 'properties.roleDefinitionId')).match(/(\w+)\)$/)?.[1]
      return Object.keys(roles).find((name) => roles[name] === find(`=${variable}`)?.value)
    }
    return statements
      .filter(({ target, value }) => target === 'Microsoft.Authorization/roleAssignments' && isOfSite(value))
      .map((assignment) => ({
        role: roleOf(assignment) ?? '',
        scope: find(at(assignment.value, 'scope'))?.target.split('/').at(-1)?.replace(/s$/, '') ?? '',
      }))
  })
}

const isOfSite = (value: Statement['value']) => at(value, 'properties.principalId') === '=sitePrincipalId'

/** What the hook grants the database user of the site. */
function sqlGrants(): Grant[] {
  const hook = readInfra('hooks/database/prepare-database.ts')
  return [...hook.matchAll(/GRANT (\w+) ON OBJECT::([\w.]+) TO/g)].map(([, role = '', scope = '']) => ({
    role,
    scope,
  }))
}
