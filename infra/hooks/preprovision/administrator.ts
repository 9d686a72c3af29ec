// Who administers the SQL server already. That one stays, whoever deploys, until the environment names another.
import { progress } from '../shared/progress.ts'
import type { Variables } from './azd.ts'
import type { Deployed } from './deployment.ts'
import type { LookUp } from './look-up.ts'

export type Administrator = { objectId: string; type: string; login: string }

type Server = { properties?: { administrators?: { sid?: string; principalType?: string; login?: string } } }

/**
 * Asks the server, for it may have been handed over without a deployment. Where it does not say, what the last deployment
 * has set counts.
 *
 * @returns nothing when there is no server
 */
export async function findAdministrator(
  lookUp: LookUp,
  deployed: Deployed,
  env: Variables,
): Promise<Administrator | undefined> {
  if (deployed.state === 'removed') return undefined
  if (deployed.state === 'unknown') return outputsOf(env)
  const { AZURE_RESOURCE_GROUP: group = '', AZURE_SQL_SERVER_NAME: name = '' } = deployed.outputs
  const answer = await lookUp.one<Server>(
    `/resourceGroups/${group}/providers/Microsoft.Sql/servers/${name}`,
    // Without it, Azure leaves the administrator out.
    'api-version=2025-01-01&$expand=administrators/activedirectory',
  )
  const { administrators = {} } = 'found' in answer ? (answer.found.properties ?? {}) : {}
  const { sid, principalType = '', login = '' } = administrators
  return sid ? { objectId: sid, type: typeOf(principalType), login } : outputsOf(deployed.outputs)
}

/**
 * Decides whether the administrator has to be kept: not one whom the environment replaces, nor the deployer, whom the
 * template takes of its own accord. Says who stays, and how to name another.
 *
 * @param deployer object id, where it is known
 */
export function keepAdministrator(
  administrator: Administrator | undefined,
  env: Variables,
  deployer: string | undefined,
): Variables {
  const named = env.SQL_ADMIN_GROUP_OBJECT_ID || env.SQL_ADMIN_OBJECT_ID
  if (!administrator || administrator.objectId === named) return variablesOf(undefined)
  const name = administrator.login || administrator.objectId
  if (named) {
    progress.warning(`The administrator of SQL was ${name} and becomes ${named}`)
    return variablesOf(undefined)
  }
  if (administrator.objectId === deployer) return variablesOf(undefined)
  progress.skipped(
    `The administrator of SQL stays ${name}. To name a group instead, or a person, for example you:`,
  )
  progress.plain('      azd env set SQL_ADMIN_GROUP_OBJECT_ID <object id of the group>')
  progress.plain(`      azd env set SQL_ADMIN_OBJECT_ID ${deployer ?? '<your object id>'}`)
  return variablesOf(administrator)
}

function variablesOf(administrator: Administrator | undefined): Variables {
  return {
    KEPT_SQL_ADMIN_OBJECT_ID: administrator?.objectId,
    KEPT_SQL_ADMIN_TYPE: administrator?.type,
    KEPT_SQL_ADMIN_LOGIN: administrator?.login,
  }
}

function outputsOf(outputs: Variables): Administrator | undefined {
  const { DEPLOYED_SQL_ADMIN_OBJECT_ID: objectId, DEPLOYED_SQL_ADMIN_TYPE: type = '' } = outputs
  return objectId ? { objectId, type, login: outputs.DEPLOYED_SQL_ADMIN_LOGIN ?? '' } : undefined
}

/** Azure SQL has its own word for a service principal; other words are none that the template knows. */
function typeOf(principalType: string): string {
  if (principalType === 'Application') return 'ServicePrincipal'
  return ['User', 'Group'].includes(principalType) ? principalType : ''
}
