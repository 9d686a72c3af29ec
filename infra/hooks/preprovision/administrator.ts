// The current administrator of the SQL server. Whoever deploys, it stays, until the environment names another one.
import { progress } from '../shared/progress.ts'
import type { Variables } from './azd.ts'
import type { Deployed } from './deployment.ts'
import type { LookUp } from './look-up.ts'

export type Administrator = { objectId: string; type: string; login: string }

type Server = { properties?: { administrators?: { sid?: string; principalType?: string; login?: string } } }

/**
 * Asks the server for its administrator, who may have been changed without a deployment. If the server does not say, uses the
 * outputs of the last deployment.
 *
 * @returns undefined when there is no server
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
    // Without $expand, Azure omits the administrator.
    'api-version=2025-01-01&$expand=administrators/activedirectory',
  )
  const { administrators = {} } = 'found' in answer ? (answer.found.properties ?? {}) : {}
  const { sid, principalType = '', login = '' } = administrators
  return sid ? { objectId: sid, type: typeOf(principalType), login } : outputsOf(deployed.outputs)
}

/**
 * Decides whether the administrator has to be kept: not if the environment names another one, and not if it is the deployer,
 * who is the template's default. Prints who stays, and how to name another one.
 *
 * @param deployer the object ID, if it is known
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

/** Converts the type of a principal from Azure SQL's terms to those of the template, or to an empty string if it has none. */
function typeOf(principalType: string): string {
  if (principalType === 'Application') return 'ServicePrincipal'
  return ['User', 'Group'].includes(principalType) ? principalType : ''
}
