// The role assignments of the template as commands, for an administrator where the deployer may not make them.
import type { Settings } from './settings.ts'

type Principal = { principalId: string; type: string }

/** Gives one `az role assignment create` for each assignment in infra/modules: if you add one there, add it here. */
export function roleAssignmentCommands(settings: Settings): string[] {
  const { subscriptionId, resourceGroup, storage, keyVault, applicationInsights } = settings
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers`
  const container = `${group}/Microsoft.Storage/storageAccounts/${storage.account}/blobServices/default/containers/${storage.container}`
  const secret = `${group}/Microsoft.KeyVault/vaults/${keyVault.name}/secrets/${keyVault.secret}`
  const insights = `${group}/Microsoft.Insights/components/${applicationInsights}`
  const site = { principalId: settings.identity.principalId, type: 'ServicePrincipal' }
  const { deployer } = settings

  return [
    command('Storage Blob Data Reader', site, container),
    command('Storage Blob Data Contributor', deployer, container),
    command('Key Vault Secrets User', site, secret),
    command('Key Vault Secrets User', deployer, secret),
    command('Monitoring Metrics Publisher', site, insights),
  ]
}

function command(role: string, { principalId, type }: Principal, scope: string): string {
  return `az role assignment create --role "${role}" --assignee-object-id ${principalId} --assignee-principal-type ${type} --scope "${scope}"`
}
