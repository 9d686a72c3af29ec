// What a deployment of main.bicep, and its removal, leave of its vault: one that is removed is held under its name.
import { createHash, randomUUID } from 'node:crypto'
import type { LocalCloud } from 'local-cloud'
import { at, passedTo, resource, type Value } from '../../infra/bicep.ts'
import { createEvaluator } from './expressions.ts'
import type { Parameters } from './parameters.ts'

type Tags = Record<string, string>
type Vault = { name: string; location: string; tags: Tags; secret: string }
type Evaluate = (value: Value) => unknown

const createMode = at(resource('Microsoft.KeyVault/vaults').value, 'properties.createMode') ?? null
const secretResource = resource('Microsoft.KeyVault/vaults/secrets')
const keepsSecret = 'onlyIfNotExists' in secretResource.decorators

/** Prepares a subscription in which there is no vault, not even a deleted one. */
export function createVaults({ arm }: LocalCloud) {
  const secrets = new Map<string, string>()
  let vault: Vault | undefined
  arm.deletedVaults.length = 0

  return {
    /** The vault of the deployment, if there is one. */
    current: () => vault,

    /** A held name can only be recovered, and only a held name can. */
    deploy(parameters: Parameters, evaluate: Evaluate): void {
      const name = vaultName(parameters)
      const recovers = createModeOf(evaluate) === 'recover'
      const held = arm.deletedVaults.findIndex((each) => each.name === name)
      if (recovers && held < 0) throw new Error(`VaultNotFound: ${name} is not deleted`)
      if (!recovers && held >= 0) throw new Error(`ConflictError: ${name} is deleted and held`)
      if (held >= 0) arm.deletedVaults.splice(held, 1)
      const secret = (keepsSecret && secrets.get(name)) || randomUUID()
      secrets.set(name, secret)
      vault = { name, location: String(parameters.location), tags: evaluate('=tags') as Tags, secret }
    },

    remove(purge: boolean): void {
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

/** The outputs of the vault's module. */
export function vaultOutputs({ env }: LocalCloud, parameters: Parameters) {
  return {
    name: vaultName(parameters),
    endpoint: env.AZURE_KEY_VAULT_ENDPOINT,
    secretName: at(secretResource.value, 'name'),
  }
}

/** As in the template, it follows from environment and region. */
function vaultName({ environmentName, location }: Parameters): string {
  const hash = createHash('sha256').update(`${environmentName} ${location}`).digest('hex')
  return `kv-${hash.slice(0, 13)}`
}

function createModeOf(evaluate: Evaluate): unknown {
  const recover = evaluate(passedTo('modules/key-vault.bicep').recover ?? null)
  return createEvaluator('modules/key-vault.bicep', { recover })(createMode)
}
