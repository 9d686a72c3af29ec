// The vault that `azd down` has soft-deleted. Its name stays taken until its retention ends, unless it is recovered.
import { readFileSync } from 'node:fs'
import { progress } from '../shared/progress.ts'
import type { Variables } from './azd.ts'
import type { LookUp } from './look-up.ts'

type DeletedVault = {
  name: string
  properties?: { vaultId?: string; location?: string; tags?: Record<string, string> }
}

const prefix: string = JSON.parse(
  readFileSync(new URL('../../abbreviations.json', import.meta.url), 'utf8'),
).keyVaultVaults

/** Sets, and says, whether this deployment recovers a deleted vault: making it anew fails while its name is held. */
export async function recoverDeletedVault(lookUp: LookUp, env: Variables): Promise<Variables> {
  const { AZURE_ENV_NAME: environment = '', AZURE_LOCATION: location = '' } = env
  const vault = await findDeletedVault(lookUp, environment, location)
  if (vault) progress.done(`Recovers the deleted vault ${vault}, with its secret`)
  return { RECOVER_VAULT: vault && 'true' }
}

/**
 * Finds the deleted vault that has the name of this environment's vault in this region.
 *
 * @returns its name, or undefined if there is none, or the deployer may not list deleted vaults
 */
async function findDeletedVault(
  lookUp: LookUp,
  environment: string,
  location: string,
): Promise<string | undefined> {
  const answer = await lookUp.all<DeletedVault>(
    '/providers/Microsoft.KeyVault/deletedVaults',
    'api-version=2026-02-01',
  )
  if ('refused' in answer) return undefined
  // The name contains a hash that only Resource Manager can compute, so compare the properties instead.
  return answer.found.find((vault) => {
    const { vaultId = '', tags = {}, location: region = '' } = vault.properties ?? {}
    return (
      vault.name.startsWith(prefix) &&
      tags['azd-env-name'] === environment &&
      vaultId.toLowerCase().includes(`/resourcegroups/rg-${environment.toLowerCase()}/`) &&
      region.toLowerCase() === location.toLowerCase()
    )
  })?.name
}
