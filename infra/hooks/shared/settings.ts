// The settings of the hooks: outputs of main.bicep and other variables of the azd environment.
import * as z from 'zod'
import { publicCloud } from './clouds.ts'
import { Failure } from './failure.ts'

export type Settings = ReturnType<typeof readSettings>

const name = z.string().min(1)
const flag = z.stringbool({ truthy: ['true'], falsy: ['false'] })
const address = z.url({ protocol: /^https$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Also the audience of its tokens. Earlier versions of the template, without this output, were for the public cloud. */
export const resourceManagerEndpoint = address.default(publicCloud.resourceManager)

const variables = z.object({
  AZURE_SUBSCRIPTION_ID: z.guid(),
  AZURE_TENANT_ID: z.guid(),
  AZURE_RESOURCE_GROUP: name,
  AZURE_STORAGE_ACCOUNT_NAME: name,
  AZURE_STORAGE_BLOB_ENDPOINT: address,
  AZURE_STORAGE_CONTAINER_NAME: name,
  AZURE_KEY_VAULT_NAME: name,
  AZURE_KEY_VAULT_SECRET_NAME: name,
  AZURE_SQL_SERVER_NAME: name,
  AZURE_SQL_SERVER: name,
  AZURE_SQL_DATABASE: name,
  AZURE_SQL_PORT: z.coerce.number().int().min(1).max(65_535),
  APPLICATION_INSIGHTS_NAME: name,
  WEB_IDENTITY_NAME: name,
  WEB_IDENTITY_CLIENT_ID: z.guid(),
  WEB_IDENTITY_PRINCIPAL_ID: z.guid(),
  WEB_USER_ASSIGNED_IDENTITY_NAME: name.optional(),
  WEB_NAME: name,
  WEB_URI: z.url().transform((url) => url.replace(/\/+$/, '')),
  DEPLOYER_PRINCIPAL_ID: z.guid(),
  DEPLOYER_PRINCIPAL_TYPE: z.enum(['User', 'ServicePrincipal']),
  // Missing in environments of earlier versions of the template, which knew only this type.
  DEPLOYED_IDENTITY_TYPE: z.enum(['UserAssigned', 'SystemAssigned']).default('UserAssigned'),
  DEPLOYED_ROLES_ASSIGNED: flag,
  DEPLOYED_RESTRICT_NETWORK: flag,
  // Missing in environments of earlier versions of the template, which had none.
  DEPLOYED_PRIVATE_ENDPOINTS: flag.default(false),
  DEPLOYED_DEVELOPER_IP_ADDRESS: z.string().default(''),
  // Not an output: somebody sets it after an administrator has assigned the roles.
  ROLES_ASSIGNED: flag.default(false),
  AZURE_RESOURCE_MANAGER_ENDPOINT: resourceManagerEndpoint,
  AZURE_PORTAL_ENDPOINT: address.default(publicCloud.portal),
})

/** Names of outputs in earlier versions of the template, so that environments of that time still work. */
const earlierNames: Record<string, string> = {
  DEPLOYED_ROLES_ASSIGNED: 'ROLES_ASSIGNED',
  DEPLOYED_RESTRICT_NETWORK: 'NETWORK_RESTRICTED',
  DEPLOYED_DEVELOPER_IP_ADDRESS: 'DEVELOPER_IP_ADDRESS',
}

/** The variables that must be set. azd sets the subscription; all others are outputs of main.bicep. */
export const outputNames = Object.entries(variables.shape)
  .filter(([, schema]) => !schema.safeParse(undefined).success)
  .map(([name]) => name)

/**
 * Reads the settings from the environment variables that azd sets.
 *
 * @throws {Failure} naming every variable that is missing or invalid
 */
export function readSettings(env: Record<string, string | undefined>) {
  const data = parse(env)
  return {
    subscriptionId: data.AZURE_SUBSCRIPTION_ID,
    tenantId: data.AZURE_TENANT_ID,
    resourceGroup: data.AZURE_RESOURCE_GROUP,
    storage: {
      account: data.AZURE_STORAGE_ACCOUNT_NAME,
      endpoint: data.AZURE_STORAGE_BLOB_ENDPOINT,
      container: data.AZURE_STORAGE_CONTAINER_NAME,
    },
    keyVault: { name: data.AZURE_KEY_VAULT_NAME, secret: data.AZURE_KEY_VAULT_SECRET_NAME },
    sql: {
      name: data.AZURE_SQL_SERVER_NAME,
      host: data.AZURE_SQL_SERVER,
      database: data.AZURE_SQL_DATABASE,
      port: data.AZURE_SQL_PORT,
    },
    applicationInsights: data.APPLICATION_INSIGHTS_NAME,
    identity: {
      type: data.DEPLOYED_IDENTITY_TYPE,
      name: data.WEB_IDENTITY_NAME,
      clientId: data.WEB_IDENTITY_CLIENT_ID,
      principalId: data.WEB_IDENTITY_PRINCIPAL_ID,
      /** The name of the identity if it were of the other type. */
      otherName:
        data.DEPLOYED_IDENTITY_TYPE === 'UserAssigned' ? data.WEB_NAME : data.WEB_USER_ASSIGNED_IDENTITY_NAME,
    },
    web: { name: data.WEB_NAME, uri: data.WEB_URI },
    deployer: { principalId: data.DEPLOYER_PRINCIPAL_ID, type: data.DEPLOYER_PRINCIPAL_TYPE },
    rolesAssigned: data.DEPLOYED_ROLES_ASSIGNED || data.ROLES_ASSIGNED,
    networkRestricted: data.DEPLOYED_RESTRICT_NETWORK,
    privateEndpoints: data.DEPLOYED_PRIVATE_ENDPOINTS,
    developerIpAddress: data.DEPLOYED_DEVELOPER_IP_ADDRESS,
    resourceManager: data.AZURE_RESOURCE_MANAGER_ENDPOINT,
    portal: data.AZURE_PORTAL_ENDPOINT,
  }
}

function parse(env: Record<string, string | undefined>) {
  const given = (key: string) => env[key]?.trim() || undefined
  const values = Object.fromEntries(
    Object.keys(variables.shape).map((key) => [key, given(key) ?? given(earlierNames[key] ?? '')]),
  )
  const { data, error } = variables.safeParse(values)
  if (!data) {
    const names = [...new Set(error.issues.map(({ path }) => String(path[0])))]
    throw new Failure(
      `The azd environment lacks, or has wrong, ${names.join(', ')}: run \`azd provision\`, which sets them.`,
    )
  }
  return data
}
