// The role assignments of the template as commands for an administrator, if the deployer may not assign roles.
import { progress } from './shared/progress.ts'
import type { Settings } from './shared/settings.ts'

type Assignee = { principalId: string; type: string }

/** Prints the commands for the administrator, and those for the deployer afterwards. */
export function printRoleAssignments(settings: Settings): void {
  progress.heading('Role assignments')
  progress.skipped('No documents uploaded: this deployment assigned no roles (ASSIGN_ROLES is false)')
  progress.warning('An administrator of the resource group has to run:\n')
  for (const command of roleAssignmentCommands(settings)) progress.plain(command)
  progress.plain('\nAfter that, upload the documents:\n')
  progress.plain('azd env set ROLES_ASSIGNED true')
  progress.plain('azd hooks run postprovision')
}

/** Returns one `az role assignment create` for each assignment in infra/modules. If you add one there, add it here too. */
function roleAssignmentCommands(settings: Settings): string[] {
  const { subscriptionId, resourceGroup, storage, applicationInsights } = settings
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers`
  const container = `${group}/Microsoft.Storage/storageAccounts/${storage.account}/blobServices/default/containers/${storage.container}`
  const secret = `${group}/Microsoft.KeyVault/vaults/${settings.keyVault.name}/secrets/${settings.keyVault.secret}`
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

function command(role: string, { principalId, type }: Assignee, scope: string): string {
  return `az role assignment create --role "${role}" --assignee-object-id ${principalId} --assignee-principal-type ${type} --scope "${scope}"`
}
