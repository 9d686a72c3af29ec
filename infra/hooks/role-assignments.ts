// The role assignments of the template as commands for an administrator, if the deployer may not assign roles.
import { progress } from './shared/progress.ts'
import type { Settings } from './shared/settings.ts'

type Assignee = { principalId: string; type: string }
type RoleAssignment = {
  role: string
  assignee: Assignee
  /** The resource, as a path below the providers of the resource group. */
  scope: string
  /** The same as in the template, so that both can be recognized later. */
  description: string
}

/** Prints the commands for the administrator, and those for the deployer afterwards. */
export function printRoleAssignments(settings: Settings): void {
  const { site, deployer } = roleAssignments(settings)
  progress.heading('Role assignments')
  progress.skipped('No documents uploaded: this deployment assigned no roles (ASSIGN_ROLES is false)')
  progress.warning('An administrator of the resource group has to run:\n')
  for (const assignment of [...site, ...deployer]) progress.plain(createCommand(settings, assignment))
  progress.plain('\nAfter that, upload the documents:\n')
  progress.plain('azd env set ROLES_ASSIGNED true')
  progress.plain('azd hooks run postprovision')
}

/** Returns the assignments in infra/modules, by assignee. If you add one there, add it here too. */
export function roleAssignments(settings: Settings) {
  const { storage, identity, deployer } = settings
  const container = `Microsoft.Storage/storageAccounts/${storage.account}/blobServices/default/containers/${storage.container}`
  const secret = `Microsoft.KeyVault/vaults/${settings.keyVault.name}/secrets/${settings.keyVault.secret}`
  const insights = `Microsoft.Insights/components/${settings.applicationInsights}`
  const toSite = assignTo({ principalId: identity.principalId, type: 'ServicePrincipal' })
  const toDeployer = assignTo(deployer)

  return {
    site: [
      toSite('Storage Blob Data Reader', container, 'The site lists and streams the documents.'),
      toSite('Key Vault Secrets User', secret, 'The site reads the secret.'),
      toSite('Monitoring Metrics Publisher', insights, 'The site sends its telemetry.'),
    ],
    deployer: [
      toDeployer('Storage Blob Data Contributor', container, 'The deployer uploads the sample documents.'),
      toDeployer('Key Vault Secrets User', secret, 'The deployer runs the site on a laptop against Azure.'),
    ],
  }
}

function assignTo(assignee: Assignee) {
  return (role: string, scope: string, description: string): RoleAssignment => ({
    role,
    assignee,
    scope,
    description,
  })
}

function createCommand(settings: Settings, { role, assignee, scope, description }: RoleAssignment): string {
  const { principalId, type } = assignee
  return `az role assignment create --role "${role}" --assignee-object-id ${principalId} --assignee-principal-type ${type} --scope "${resourceId(settings, scope)}" --description "${description}"`
}

/** Returns the full ID of a resource, for commands. */
export function resourceId({ subscriptionId, resourceGroup }: Settings, path: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/${path}`
}
