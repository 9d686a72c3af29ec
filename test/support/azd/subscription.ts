// What a deployment of main.bicep, and its removal, leave on Azure: as far as the hooks and azd can see it.
import { randomUUID } from 'node:crypto'
import type { LocalCloud, Principal } from 'local-cloud'
import { at, file, passedTo, resource, statements, type Value } from '../../infra/bicep.ts'
import { createEvaluator, type Scope } from './expressions.ts'
import { createIdentities } from './identities.ts'
import type { Parameters } from './parameters.ts'
import { createVaults, vaultOutputs } from './vaults.ts'

type Administrators = NonNullable<LocalCloud['arm']['server']['administrators']>
export type Subscription = ReturnType<typeof createSubscription>

type Tags = Record<string, string>
type Evaluate = (value: Value) => unknown

const serverResource = resource('Microsoft.Sql/servers')

/** Prepares a subscription in which nothing is deployed. */
export function createSubscription(cloud: LocalCloud) {
  const { arm, identity } = cloud
  const vaults = createVaults(cloud)
  const identities = createIdentities(cloud)
  arm.server.administrators = undefined
  arm.deployments.length = 0

  /** Adds to the history of deployments: the newest counts. */
  function record(tags: Tags, location: string, content: object) {
    const newest = Math.max(0, ...arm.deployments.map(({ properties }) => Date.parse(properties.timestamp)))
    const timestamp = new Date(Math.max(Date.now(), newest + 1)).toISOString()
    const properties = { provisioningState: 'Succeeded' as const, timestamp, ...content }
    arm.deployments.push({ name: randomUUID(), location, tags, properties })
  }

  return {
    record,
    /** Whether a deployment's resources are there. */
    deployed: () => arm.server.administrators !== undefined,
    vault: vaults.current,

    deploy(parameters: Parameters, tags: Tags, deployer: Principal): void {
      const scope = {
        ...scopeOf(cloud, deployer, identities.deploy(parameters)),
        keyVault: outputs(vaultOutputs(cloud, parameters)),
        ...parameters,
      }
      const evaluate = createEvaluator('main.bicep', scope)
      vaults.deploy(parameters, evaluate)
      identities.assignRoles(evaluate)
      arm.server.administrators = administratorsOf(evaluate, identity.tenantId)
      record(tags, String(parameters.location), {
        outputs: shown(outputsOf(evaluate)),
        parameters: shown(parameters),
      })
    },

    /** Deletes the resource group. The vault stays held unless it is purged too. */
    remove({ purge = false } = {}): void {
      arm.server.administrators = undefined
      vaults.remove(purge)
      identities.remove()
    },
  }
}

/** What main.bicep refers to and does not declare. */
function scopeOf(
  { arm, identity, env }: LocalCloud,
  { name, kind }: Principal,
  ofModules: { identity: Scope; web: Scope },
): Scope {
  const { app, tenantId } = identity
  return {
    deployer: () => ({ userPrincipalName: kind === 'user' ? name : '' }),
    tenant: () => ({ tenantId }),
    environment: () => ({
      authentication: { loginEndpoint: 'https://login.localhost/' },
      resourceManager: `${arm.endpoint}/`,
      portal: 'https://portal.localhost',
    }),
    group: { name: arm.resourceGroup },
    userAssignedIdentityName: app.name,
    identity: outputs(ofModules.identity),
    monitoring: outputs({ applicationInsightsName: 'appi-local' }),
    storage: outputs({
      name: arm.storageAccount,
      blobEndpoint: env.AZURE_STORAGE_BLOB_ENDPOINT,
      containerName: env.AZURE_STORAGE_CONTAINER_NAME,
    }),
    sql: outputs({
      name: arm.sqlServer,
      hostName: env.AZURE_SQL_SERVER,
      databaseName: env.AZURE_SQL_DATABASE,
      port: env.AZURE_SQL_PORT,
    }),
    web: outputs({
      name: arm.siteName,
      uri: `https://${arm.siteName}.azurewebsites.net`,
      ...ofModules.web,
    }),
  }
}

const outputs = (values: Scope) => ({ outputs: values })

function administratorsOf(evaluate: Evaluate, tenantId: string): Administrators {
  const { adminObjectId = null, adminPrincipalType = null, adminLogin = null } = passedTo('modules/sql.bicep')
  const passed = evaluate({ adminObjectId, adminPrincipalType, adminLogin }) as Scope
  const administrators = at(serverResource.value, 'properties.administrators') ?? null
  const scope = { ...passed, tenant: () => ({ tenantId }) }
  return createEvaluator('modules/sql.bicep', scope)(administrators) as Administrators
}

function outputsOf(evaluate: Evaluate): Scope {
  return Object.fromEntries(
    statements('output', [file('main.bicep')]).map(({ name, value }) => [name, evaluate(value ?? null)]),
  )
}

/** As Resource Manager shows values: `AZURE_LOCATION` has become `azurE_LOCATION`. */
function shown(values: Scope) {
  const types = { string: 'String', number: 'Int', boolean: 'Bool' } as Record<string, string>
  const renamed = (name: string) =>
    name.replace(/^([A-Z]+)([A-Z]_)/, (_, start: string, last: string) => start.toLowerCase() + last)
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      renamed(name),
      { type: types[typeof value] ?? '', value },
    ]),
  )
}
