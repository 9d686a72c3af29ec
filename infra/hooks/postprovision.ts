// Run by azd after provisioning: does what only the services themselves can do, as whoever deploys.
// Safe to run twice, and again after it was interrupted: azd hooks run postprovision
import { createSqlFirewall, type SqlFirewall } from './database/firewall.ts'
import { databaseStep } from './database/step.ts'
import { createNetworkRules, type NetworkRules } from './documents/network-rules.ts'
import { documentsStep } from './documents/step.ts'
import { handOverRoleAssignments } from './role-assignments.ts'
import { createContext } from './shared/context.ts'
import { Failure, reasonOf } from './shared/failure.ts'
import { inOwnProcess } from './shared/own-process.ts'
import { progress } from './shared/progress.ts'
import { runHook } from './shared/run-hook.ts'

await inOwnProcess(() => runHook('postprovision', postprovision))

async function postprovision(signal: AbortSignal): Promise<void> {
  const context = await createContext(process.env, signal)
  const { arm, settings } = context
  const firewall = createSqlFirewall(arm, settings.sql.name)
  const rules = createNetworkRules(arm, settings.storage.account, settings.networkRestricted)

  await Promise.all([firewall.removeLeftovers(), rules.closeLeftover()])
  if (!settings.developerIpAddress) await firewall.shutOutDeveloper()
  try {
    await databaseStep(context, firewall).catch((error: unknown) => {
      // Who may not assign roles may not be an administrator of SQL either, and still has commands to hand over.
      if (settings.rolesAssigned || !(error instanceof Failure)) throw error
      progress.warning(error.message)
    })
    if (settings.rolesAssigned) await documentsStep(context, rules)
  } finally {
    await close(firewall, rules).catch((error: unknown) => {
      throw new Failure(`Something is still open: ${reasonOf(error)}.`)
    })
  }
  if (!settings.rolesAssigned) handOverRoleAssignments(settings)
}

/** Closes both, whatever becomes of either. */
async function close(firewall: SqlFirewall, rules: NetworkRules): Promise<void> {
  const outcomes = await Promise.allSettled([firewall.close(), rules.close()])
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  if (failures.length > 0) throw failures[0]
}
