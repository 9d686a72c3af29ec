// Decides what to do about a failed login: wait, open the firewall, or stop with a sentence that says what to do.
import type { Context } from '../shared/context.ts'
import { Failure, reasonOf, runAgain } from '../shared/failure.ts'
import { inside } from '../shared/private-network.ts'
import { progress } from '../shared/progress.ts'
import type { Transient } from '../shared/retry.ts'
import type { Administrator } from './administrator.ts'
import { SqlFailure } from './connection.ts'
import type { SqlFirewall } from './firewall.ts'

/** The database is paused, moving or busy: https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues */
const transientNumbers = [40613, 40197, 40501, 10928, 10929, 49918, 49919, 49920]
const addressBlocked = 40615
const loginFailed = 18456
const noPublicEndpoint = 47073

/** Another run has created the table, row or user in the meantime, or there was a deadlock with it. */
const concurrentNumbers = [2714, 2627, 15023, 1205]

/**
 * Prepares to classify failed logins. When the server blocks the address of this machine, allows it in the firewall: the error
 * contains the address, which only the server knows.
 */
export function createLoginErrors(
  firewall: SqlFirewall,
  administrator: Administrator,
  { limits, settings }: Context,
) {
  let closedByAnother = false

  async function openFirewall(address: string): Promise<Transient> {
    if (settings.privateEndpoints) throw new Failure(`The SQL server does not let in ${address}: ${inside}`)
    const outcome = await firewall.open(address)
    if (outcome === 'first') progress.done(`Opened the SQL server to ${address}, which is this machine`)
    if (outcome === 'again') {
      closedByAnother = true
      progress.done(`Opened the SQL server to ${address} again, because somebody else had closed it`)
    }
    return {
      // A different text, so that the time limit starts again.
      waitingFor: `the SQL server to let in ${address}${closedByAnother ? ' again' : ''}, which takes up to five minutes`,
      atMostMs: limits.firewallMs,
      otherwise: `The SQL server still refuses ${address}: check that your network always leaves by this one address, then ${runAgain}.`,
    }
  }

  /** @throws {Failure} when waiting does not help */
  return async function classify(error: unknown): Promise<Transient> {
    // An error of prepareDatabase itself already says what to do.
    if (!(error instanceof SqlFailure)) {
      throw error instanceof Error && error.name === 'Error' ? new Failure(error.message) : error
    }
    if (error.number === addressBlocked) return openFirewall(addressIn(error))
    if (error.number === noPublicEndpoint && settings.privateEndpoints) {
      throw new Failure(`The SQL server has a private endpoint only (${reasonOf(error)}): ${inside}`)
    }
    if (error.number === loginFailed && settings.deployer.type === 'ServicePrincipal') {
      const otherwise = unknownServicePrincipal(reasonOf(error))
      if (!(await administrator.useClientId())) throw new Failure(otherwise)
      const waitingFor = 'the SQL server to accept the client ID of this service principal'
      return { waitingFor, atMostMs: limits.administratorMs, otherwise }
    }
    const transientError = transientIn(error)
    if (transientError) return { ...transientError, atMostMs: limits.databaseMs }
    throw new Failure(explain(error))
  }
}

function transientIn(error: SqlFailure): Omit<Transient, 'atMostMs'> | undefined {
  const { number } = error
  const reason = reasonOf(error)
  if (number === undefined) {
    return {
      waitingFor: `the SQL server to answer (${reason})`,
      otherwise: `The SQL server cannot be reached (${reason}): check that your network lets out connections to port 1433, then ${runAgain}.`,
    }
  }
  if (transientNumbers.includes(number)) {
    return {
      waitingFor: 'the database to wake up, which takes about a minute',
      otherwise: `The database does not wake up (${reason}): look at it in the portal, then ${runAgain}.`,
    }
  }
  if (concurrentNumbers.includes(number)) {
    return { waitingFor: 'somebody else who is preparing the database', otherwise: explain(error) }
  }
  return undefined
}

function addressIn(error: SqlFailure): string {
  const [, address] = /IP address '(\d+\.\d+\.\d+\.\d+)'/.exec(error.message) ?? []
  if (address) return address
  throw new Failure(
    `The SQL server blocks this machine and does not say under which address (${reasonOf(error)}): set DEVELOPER_IP_ADDRESS with \`azd env set\`, then run \`azd provision\`.`,
  )
}

function unknownServicePrincipal(reason: string): string {
  return `The SQL server does not know this service principal as its administrator (${reason}): put it into a Microsoft Entra group, name that with \`azd env set SQL_ADMIN_GROUP_OBJECT_ID\` where you deploy from, and run \`azd provision\`.`
}

function explain(error: SqlFailure): string {
  const { number } = error
  const reason = reasonOf(error)
  switch (number) {
    case loginFailed:
    case 4060:
      return `The SQL server does not know you as its administrator (${reason}): sign in with azd as that one, or as a member of the group in SQL_ADMIN_GROUP_OBJECT_ID, then ${runAgain}.`
    case 42119:
      return `The database has used up its free allowance and sleeps until next month (${reason}): wait, or pay for the rest of this month with \`azd env set SQL_FREE_LIMIT_EXHAUSTION_BEHAVIOR BillOverUsage\` and \`azd provision\`.`
    case noPublicEndpoint:
      return `The SQL server has no public endpoint (${reason}): ask whose policy closed it, or ${runAgain} from inside the network.`
    default:
      return `The database refused what the hook asked for (error ${number}: ${reason}): ${runAgain} once that is settled.`
  }
}
