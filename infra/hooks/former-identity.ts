// Removes what the site's former identity leaves behind when IDENTITY_TYPE has changed, or the identity was created again. Azure
// deletes neither its role assignments nor, with the site's new identity, a user-assigned one. prepare-database.ts drops its user.
import { resourceId, roleAssignments } from './role-assignments.ts'
import { ArmFailure } from './shared/arm.ts'
import type { Context } from './shared/context.ts'
import { progress } from './shared/progress.ts'

type UserAssigned = { name: string; properties: { principalId: string } }
type Identity = { principalId?: string }
type Site = { identity?: Identity & { userAssignedIdentities?: Record<string, Identity> } }
type Assignment = {
  name: string
  properties: { scope: string; principalId: string; description?: string | null }
}
type Page = { value: Assignment[]; nextLink?: string }

const identities = 'Microsoft.ManagedIdentity/userAssignedIdentities'

/**
 * Asks Azure whether the site has the identity that this azd environment names. If it has another one, somebody else has
 * deployed since, and what looks like a former identity may be the one in use.
 */
export async function siteHasIdentity({ arm, settings }: Context): Promise<boolean> {
  const path = `Microsoft.Web/sites/${settings.web.name}`
  const site = await arm<Site>({ method: 'GET', path, apiVersion: '2025-03-01' }).catch(undefinedIfMissing)
  const { principalId, userAssignedIdentities = {} } = site?.identity ?? {}
  const ids = [principalId, ...Object.values(userAssignedIdentities).map((each) => each.principalId)]
  if (ids.includes(settings.identity.principalId)) return true
  progress.warning(
    'The site does not have the identity that this azd environment names, so nothing of a former one is removed: run `azd env refresh`, then `azd hooks run postprovision`',
  )
  return false
}

/** Deletes the role assignments of former identities, and then the user-assigned one. Leaves those alone that others have made. */
export async function removeFormerIdentity(context: Context): Promise<void> {
  const { arm, settings } = context
  const identity = await findUserAssigned(context)
  const assignments = await findAssignments(context, identity?.properties.principalId)
  if (!identity && assignments.length === 0) return

  progress.heading('Former identity')
  const refused: string[] = []
  for (const path of assignments) if (!(await deleteAssignment(context, path))) refused.push(path)
  if (assignments.length > refused.length) {
    progress.done(`Role assignments deleted: ${assignments.length - refused.length}`)
  }
  if (refused.length > 0) {
    // The identity stays until then: without it, nobody could tell whose these assignments were.
    printCommands(refused.map((path) => resourceId(settings, path)))
  } else if (identity) {
    await arm({ method: 'DELETE', path: `${identities}/${identity.name}`, apiVersion: '2024-11-30' })
    progress.done(`Deleted ${identity.name}, which the site no longer has`)
  }
}

/** Returns the user-assigned identity of the template, if it exists although the site has a system-assigned one. */
async function findUserAssigned({ arm, settings }: Context): Promise<UserAssigned | undefined> {
  const { type, otherName } = settings.identity
  if (type === 'UserAssigned' || !otherName) return undefined
  const path = `${identities}/${otherName}`
  return arm<UserAssigned>({ method: 'GET', path, apiVersion: '2024-11-30' }).catch(undefinedIfMissing)
}

/**
 * Returns the paths of role assignments of former identities. A deleted identity is known only by the description that the
 * template has given to its assignments.
 */
async function findAssignments(context: Context, formerPrincipalId?: string): Promise<string[]> {
  const { settings } = context
  const found = roleAssignments(settings).site.map(async ({ scope, description }) => {
    const path = `${scope}/providers/Microsoft.Authorization/roleAssignments`
    const assignments = await listAssignments(context, path)
    const isFormer = ({ properties }: Assignment) =>
      // The list includes assignments to the resource group and the subscription.
      sameId(properties.scope, resourceId(settings, scope)) &&
      properties.principalId !== settings.identity.principalId &&
      (properties.principalId === formerPrincipalId || properties.description === description)
    return assignments.filter(isFormer).map(({ name }) => `${path}/${name}`)
  })
  return (await Promise.all(found)).flat()
}

/** Returns all pages of a list. Of the link to the next one, only the parameters count, because each request contains the token. */
async function listAssignments({ arm }: Context, path: string): Promise<Assignment[]> {
  const found: Assignment[] = []
  let query: Record<string, string> | undefined = {}
  while (query) {
    const page: Page = await arm<Page>({ method: 'GET', path, apiVersion: '2022-04-01', query })
    found.push(...page.value)
    query = page.nextLink ? Object.fromEntries(new URL(page.nextLink).searchParams) : undefined
  }
  return found
}

/** Returns whether the deployer was allowed to delete it. */
async function deleteAssignment({ arm }: Context, path: string): Promise<boolean> {
  try {
    await arm({ method: 'DELETE', path, apiVersion: '2022-04-01' })
    return true
  } catch (error) {
    if (error instanceof ArmFailure && error.status === 403) return false
    throw error
  }
}

function printCommands(ids: string[]): void {
  progress.warning('You may not delete the roles of the former identity. An administrator has to run:\n')
  for (const id of ids) progress.plain(`az role assignment delete --ids "${id}"`)
  progress.plain('\nAfter that:\n')
  progress.plain('azd hooks run postprovision')
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof ArmFailure && error.status === 404) return undefined
  throw error
}

const sameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
