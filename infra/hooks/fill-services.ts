// What the postprovision hook does: it prepares the database and uploads the sample documents, signed in as the deployer, and
// removes what is left of a former identity.
import { createSqlFirewall, type SqlFirewall } from './database/firewall.ts'
import { databaseStep } from './database/step.ts'
import { createNetworkRules, type NetworkRules } from './documents/network-rules.ts'
import { documentsStep } from './documents/step.ts'
import { removeFormerIdentity, siteHasIdentity } from './former-identity.ts'
import { printRoleAssignments } from './role-assignments.ts'
import { createContext } from './shared/context.ts'
import { Failure, reasonOf } from './shared/failure.ts'
import { progress } from './shared/progress.ts'

/**
 * Fills the services. It can be repeated at any time.
 *
 * @param signal when it aborts, everything that was opened is closed
 * @throws {Failure} naming what is missing or refused
 */
export async function fillServices(signal: AbortSignal): Promise<void> {
  const context = await createContext(process.env, signal)
  const { arm, settings } = context
  const firewall = createSqlFirewall(arm, settings.sql.name)
  const rules = createNetworkRules(arm, settings.storage.account, settings.networkRestricted)

  await Promise.all([firewall.removeLeftovers(), rules.closeLeftover()])
  // A server without a public endpoint takes no change to its rules, and they have no effect.
  if (!settings.developerIpAddress && !settings.privateEndpoints) await firewall.removeDeveloperRule()
  const isCurrent = await siteHasIdentity(context)
  const { name, clientId, otherName } = settings.identity
  const user = { name, clientId, formerName: isCurrent ? otherName : undefined }
  try {
    await databaseStep(context, firewall, user).catch((error: unknown) => {
      // A deployer who may not assign roles may not administer SQL either, but still needs the commands printed below.
      if (settings.rolesAssigned || !(error instanceof Failure)) throw error
      progress.warning(error.message)
    })
    if (settings.rolesAssigned) await documentsStep(context, rules)
  } finally {
    await close(firewall, rules).catch((error: unknown) => {
      throw new Failure(`Something is still open: ${reasonOf(error)}.`)
    })
  }
  if (!settings.rolesAssigned) printRoleAssignments(settings)
  if (isCurrent) await removeFormerIdentity(context)
}

/** Closes both, even when one of them fails. */
async function close(firewall: SqlFirewall, rules: NetworkRules): Promise<void> {
  const outcomes = await Promise.allSettled([firewall.close(), rules.close()])
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failures.length > 0) throw failures[0]
}
