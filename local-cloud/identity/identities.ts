// The managed identities of the site, and how a request for a token names one of them.
import type { Answer } from '../http.ts'
import { refuse } from './refusals.ts'
import { type Principal, principal } from './tokens.ts'

/** Which managed identities the site has; none when it has neither kind. */
export interface IdentityOptions {
  systemAssigned?: boolean
  /** The names of user-assigned identities. */
  userAssigned?: readonly string[]
}

export type UserAssigned = Principal & { resourceId: string }

export interface Identities {
  systemAssigned: Principal | undefined
  userAssigned: UserAssigned[]
}

const resourceGroup = '/subscriptions/00000000-0000-4000-8000-000000000000/resourcegroups/rg-keyless-express'

/** Creates the identities, each with ids of its own. */
export function createIdentities({ systemAssigned = false, userAssigned = [] }: IdentityOptions): Identities {
  return {
    systemAssigned: systemAssigned ? principal('app-keyless-express') : undefined,
    userAssigned: userAssigned.map((name) => ({
      ...principal(name),
      resourceId: `${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`,
    })),
  }
}

/** The query parameters that name a user-assigned identity. */
const parameters = {
  client_id: 'clientId',
  principal_id: 'objectId',
  object_id: 'objectId', // an alias of principal_id, and the one that MSAL sends
  mi_res_id: 'resourceId',
} as const

/**
 * Finds the identity that a request names, or the system-assigned one when it names none, and answers with a token for it.
 *
 * The rules are those of https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference.
 * The first two messages are App Service's own. That several parameters are refused is documented, but not in which words;
 * that the client id of the system-assigned identity is refused like any other unknown id is only believed.
 */
export function answerFor(
  query: URLSearchParams,
  { systemAssigned, userAssigned }: Identities,
  issue: (identity: Principal) => Answer,
): Answer {
  const [id, another] = idsIn(query)
  if (another) return refuse(400, 'Only one of client_id, principal_id, object_id and mi_res_id can be used.')
  if (!id) {
    return systemAssigned ? issue(systemAssigned) : refuse(400, 'Unable to load the proper Managed Identity.')
  }
  const identity = userAssigned.find((each) => has(each, id))
  return identity ? issue(identity) : refuse(400, notFound)
}

/** The ids in a request that name user-assigned identities, each with its kind. */
export function idsIn(query: URLSearchParams) {
  return Object.entries(parameters).flatMap(([parameter, kind]) => {
    const value = query.get(parameter)
    return value ? [{ kind, value }] : []
  })
}

/** Whether an identity has this id. */
export function has(identity: UserAssigned, { kind, value }: ReturnType<typeof idsIn>[number]): boolean {
  return identity[kind].toLowerCase() === value.toLowerCase()
}

const notFound =
  'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.'
