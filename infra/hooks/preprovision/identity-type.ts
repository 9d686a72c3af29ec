// Whether this environment changes the type of the site's identity. The new identity has no roles yet.
import type { Variables } from './azd.ts'
import type { Deployed } from './deployment.ts'

/** Deployments of earlier versions have no such output. */
const defaultType = 'UserAssigned'

/**
 * Returns the variables with which the postprovision hook asks again for an administrator, if one has assigned the roles of the
 * identity that the site has now.
 *
 * @param wanted the variables that decide about the settings
 */
export function forgetRolesOfFormerIdentity(
  env: Variables,
  wanted: Variables,
  deployed: Deployed,
): Variables {
  const next = { ...env, ...wanted }
  const current = deployed.state === 'deployed' ? deployed.outputs : env
  const type = next.IDENTITY_TYPE || next.DEPLOYED_IDENTITY_TYPE || defaultType
  if (type === (current.DEPLOYED_IDENTITY_TYPE || defaultType)) return {}
  // Otherwise the template assigns the roles.
  if ((next.ASSIGN_ROLES || next.DEPLOYED_ASSIGN_ROLES) !== 'false') return {}
  return { ROLES_ASSIGNED: env.ROLES_ASSIGNED && 'false', DEPLOYED_ROLES_ASSIGNED: 'false' }
}
