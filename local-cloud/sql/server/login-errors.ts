// The errors that end a login. Clients tell a database that wakes up from a wrong user by these numbers.
import { randomUUID } from 'node:crypto'
import { SqlError } from '../model/errors.ts'

export const ADDRESS_BLOCKED = 40615

/** How Azure SQL calls a user who came with a token. */
const TOKEN_PRINCIPAL = '<token-identified principal>'

export function loginFailed(user: string = TOKEN_PRINCIPAL, reason = ''): SqlError {
  return new SqlError(18456, `Login failed for user '${user}'.${reason}`, { class: 14 })
}

/** A password login, on a server with azureADOnlyAuthentication. */
export function passwordRefused(user: string): SqlError {
  const reason =
    ' Reason: Azure Active Directory only authentication is enabled. Please contact your system administrator.'
  return loginFailed(user, reason)
}

export function cannotOpenDatabase(database: string): SqlError {
  const message = `Cannot open database "${database}" requested by the login. The login failed.`
  return new SqlError(4060, message, { class: 11 })
}

export function addressBlocked(server: string, address: string): SqlError {
  return new SqlError(
    ADDRESS_BLOCKED,
    `Cannot open server '${server}' requested by the login. Client with IP address '${address}' is not allowed to access the server.  To enable access, use the Azure Management Portal or run sp_set_firewall_rule on the master database to create a firewall rule for this IP address or address range.  It may take up to five minutes for this change to take effect.`,
    { class: 14 },
  )
}

/** The error that a test asked for by its number, in Azure's words where they are known. */
export function loginErrorByNumber(
  number: number,
  at: { server: string; database: string; address: string },
  message?: string,
): SqlError {
  if (message !== undefined) return new SqlError(number, message, { class: 14 })
  switch (number) {
    case 4060:
      return cannotOpenDatabase(at.database)
    case 18456:
      return loginFailed()
    case 40613:
      return databaseUnavailable(at.database, at.server)
    case ADDRESS_BLOCKED:
      return addressBlocked(at.server, at.address)
    default:
      return new SqlError(number, `Error ${number}, which this test asked for.`, { class: 14 })
  }
}

// What a paused serverless database answers while it wakes up.
function databaseUnavailable(database: string, server: string): SqlError {
  return new SqlError(
    40613,
    `Database '${database}' on server '${server}' is not currently available.  Please retry the connection later.  If the problem persists, contact customer support, and provide them the session tracing ID of '{${randomUUID().toUpperCase()}}'.`,
    { class: 20 },
  )
}
