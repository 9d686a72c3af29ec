// Reports each SQL login, and remembers it: a pooled connection is used long after it has logged in.
import type { Connection } from 'tedious'
import type { Config } from '../config.ts'
import { type LoginReport, reported, sqlLogins } from './reports.ts'

const logins = new WeakMap<object, LoginReport>()

/** Logs in, and remembers the report by the connection, or by the error. */
export async function reportedLogin(
  { server, database }: Config['sql'],
  login: () => Promise<Connection>,
): Promise<Connection> {
  const report: LoginReport = { server, database }
  try {
    const connection = await reported(sqlLogins, report, login)
    logins.set(connection, report)
    return connection
  } catch (error) {
    logins.set(error as Error, report)
    throw error
  }
}

/** Returns how a connection logged in, or the login that failed with an error. */
export function loginOf(connectionOrError: unknown): LoginReport | undefined {
  return logins.get(connectionOrError as object)
}
