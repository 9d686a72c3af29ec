// What a deployment of main.bicep, and its removal, leave on Azure: as far as the hooks and azd can see it.
import { createHash, randomUUID } from 'node:crypto'
import type { LocalCloud, Principal } from 'local-cloud'
import { at, file, passedTo, resource, statements, type Value } from '../../infra/bicep.ts'
import { createEvaluator, type Scope } from './expressions.ts'
import type { Parameters } from './parameters.ts'

type Administrators = NonNullable<LocalCloud['arm']['server']['administrators']>
export type Subscription = ReturnType<typeof createSubscription>

type Tags = Record<string, string>
type Vault = { name: string; location: string; tags: Tags; secret: string }
type Evaluate = (value: Value) => unknown

const vaultResource = resource('Microsoft.KeyVault/vaults')
const serverResource = resource('Microsoft.Sql/servers')
const keepsSecret = 'onlyIfNotExists' in resource('Microsoft.KeyVault/vaults/secrets').decorators

/** Prepares a subscription in which nothing is deployed. */
export function createSubscription(cloud: LocalCloud) {
  const { arm, identity } = cloud
  const secrets = new Map<string, string>()
  let vault: Vault | undefined
  arm.server.administrators = undefined
  for (const list of [arm.deployments, arm.deletedVaults]) list.length = 0

  /** Adds to the history of deployments: the newest counts. */
  function record(tags: Tags, location: string, content: object) {
    const newest = Math.max(0, ...arm.deployments.map(({ properties }) => Date.parse(properties.timestamp)))
    const timestamp = new Date(Math.max(Date.now(), newest + 1)).toISOString()
    const properties = { provisioningState: 'Succeeded' as const, timestamp, ...content }
    arm.deployments.push({ name: randomUUID(), location, tags, properties })
  }

  /** A held name can only be recovered, and only a held name can. */
  function putVault(name: string, mode: unknown, location: string, tags: Tags): Vault {
    const held = arm.deletedVaults.findIndex((each) => each.name === name)
    if (mode === 'recover' && held < 0) throw new Error(`VaultNotFound: ${name} is not deleted`)
    if (mode !== 'recover' && held >= 0) throw new Error(`ConflictError: ${name} is deleted and held`)
    if (held >= 0) arm.deletedVaults.splice(held, 1)
    const secret = (keepsSecret && secrets.get(name)) || randomUUID()
    secrets.set(name, secret)
    return { name, location, tags, secret }
  }

  return {
    record,
    /** The vault of the deployment, if there is one. */
    vault: () => vault,

    deploy(parameters: Parameters, tags: Tags, deployer: Principal): void {
      const location = String(parameters.location)
      const name = vaultName(parameters)
      const evaluate = createEvaluator('main.bicep', { ...scopeOf(cloud, deployer, name), ...parameters })
      vault = putVault(name, createModeOf(evaluate), location, evaluate('=tags') as Tags)
      arm.server.administrators = administratorsOf(evaluate, identity.tenantId)
      record(tags, location, { outputs: shown(outputsOf(evaluate)), parameters: shown(parameters) })
    },

    /** Deletes the resource group. The vault stays held unless it is purged too. */
    remove({ purge = false } = {}): void {
      arm.server.administrators = undefined
      if (vault && purge) secrets.delete(vault.name)
      if (vault && !purge) {
        const { name, location, tags } = vault
        const vaultId = `/subscriptions/${arm.subscriptionId}/resourceGroups/${arm.resourceGroup}/providers/Microsoft.KeyVault/vaults/${name}`
        arm.deletedVaults.push({ name, properties: { vaultId, location, tags } })
      }
      vault = undefined
    },
  }
}

/** As in the template, it follows from environment and region. */
function vaultName({ environmentName, location }: Parameters): string {
  const hash = createHash('sha256').update(`${environmentName} ${location}`).digest('hex')
  return `kv-${hash.slice(0, 13)}`
}

/** What main.bicep refers to and does not declare. */
function scopeOf({ arm, identity, env }: LocalCloud, { name, kind }: Principal, vault: string): Scope {
  const { app, tenantId } = identity
  return {
    deployer: () => ({ userPrincipalName: kind === 'user' ? name : '' }),
    tenant: () => ({ tenantId }),
    group: { name: arm.resourceGroup },
    identity: outputs({ name: app.name, clientId: app.clientId, principalId: app.objectId }),
    monitoring: outputs({ applicationInsightsName: 'appi-local' }),
    storage: outputs({
      name: arm.storageAccount,
      blobEndpoint: env.AZURE_STORAGE_BLOB_ENDPOINT,
      containerName: env.AZURE_STORAGE_CONTAINER_NAME,
    }),
    keyVault: outputs({
      name: vault,
      endpoint: env.AZURE_KEY_VAULT_ENDPOINT,
      secretName: env.AZURE_KEY_VAULT_SECRET_NAME,
    }),
    sql: outputs({
      name: arm.sqlServer,
      hostName: env.AZURE_SQL_SERVER,
      databaseName: env.AZURE_SQL_DATABASE,
      port: env.AZURE_SQL_PORT,
    }),
    web: outputs({ name: 'app-local', uri: 'https://app-local.azurewebsites.net' }),
  }
}

const outputs = (values: Scope) => ({ outputs: values })

function createModeOf(evaluate: Evaluate): unknown {
  const recover = evaluate(passedTo('modules/key-vault.bicep').recover ?? null)
  const mode = at(vaultResource.value, 'properties.createMode') ?? null
  return createEvaluator('modules/key-vault.bicep', { recover })(mode)
}

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
