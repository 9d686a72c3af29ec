// What a deployment of main.bicep leaves of the site's identity and its roles. It deletes nothing, as Resource Manager does not.
import assert from 'node:assert/strict'
import { type LocalCloud, type Principal, principal } from 'local-cloud'
import { at, file, type Statement, statements, type Value } from '../../infra/bicep.ts'
import { createEvaluator, type Scope } from './expressions.ts'
import type { Parameters } from './parameters.ts'

type Evaluate = (value: Value) => unknown

const access = 'modules/access.bicep'
const resources = new Map(statements('resource', [file(access)]).map((each) => [`=${each.name}`, each]))
const roles = [...resources.values()].filter(({ existing }) => !existing)
const uses = statements('module').filter(({ target }) => target === `./${access}`)

/** Prepares a resource group without a site. */
export function createIdentities({ arm, identity }: LocalCloud) {
  const { identities, roleAssignments } = arm
  const { app } = identity
  let systemAssigned: Principal | undefined
  identities.all.clear()
  identities.ofSite = undefined
  roleAssignments.clear()

  return {
    /**
     * Gives the site an identity of the type that the parameters name. One that is made again has other IDs.
     *
     * @returns the outputs of the two modules
     */
    deploy({ identityType }: Parameters): { identity: Scope; web: Scope } {
      if (identityType === 'SystemAssigned') {
        systemAssigned ??= principal(arm.siteName)
        const { clientId, objectId } = systemAssigned
        identities.assignBySystem(objectId)
        const web = { systemAssignedClientId: clientId, systemAssignedPrincipalId: objectId }
        return { identity: {}, web }
      }
      systemAssigned = undefined
      const made = identities.all.get(app.name) ?? idsOf(principal(app.name))
      identities.assign(app.name, made)
      return { identity: made, web: {} }
    },

    /** Makes the role assignments of the module that this deployment includes. */
    assignRoles(evaluate: Evaluate): void {
      for (const { condition, value } of uses.filter(({ condition }) => evaluate(`=${condition}`))) {
        const { sitePrincipalId, ...names } = evaluate(at(value, 'params') ?? {}) as Record<string, string>
        assert.ok(sitePrincipalId, condition)
        for (const role of roles) {
          const scope = arm.idOf(pathOf(at(role.value, 'scope'), createEvaluator(access, names)))
          const description = String(at(role.value, 'properties.description'))
          const isThere = [...roleAssignments.all.values()].some(
            (each) => each.scope === scope && each.principalId === sitePrincipalId,
          )
          if (!isThere) roleAssignments.add({ scope, principalId: sitePrincipalId, description })
        }
      }
    },

    /** Deletes all of it, as a resource group takes with it what is in it. */
    remove(): void {
      systemAssigned = undefined
      identities.all.clear()
      identities.ofSite = undefined
      roleAssignments.clear()
    },
  }
}

const idsOf = ({ objectId: principalId, clientId }: Principal) => ({ principalId, clientId })

/** The path of a resource below the providers: `Microsoft.Storage/storageAccounts/name/blobServices/default`. */
function pathOf(symbol: Value | undefined, evaluate: Evaluate): string {
  const names: unknown[] = []
  for (
    let each = resources.get(String(symbol));
    each;
    each = resources.get(String(at(each.value, 'parent')))
  ) {
    names.unshift(evaluate(at(each.value, 'name') ?? null))
  }
  const [provider, ...types] = (resources.get(String(symbol)) as Statement).target.split('/')
  return [provider, ...types.flatMap((type, index) => [type, names[index]])].join('/')
}
