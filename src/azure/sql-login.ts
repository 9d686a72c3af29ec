// Logins to Azure SQL with a token. Simultaneous logins are coalesced until one has succeeded, and a paused database is woken
// in the background.
import { setTimeout } from 'node:timers/promises'
import type { TokenCredential } from '@azure/identity'
import type { Connection } from 'tedious'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { reportedLogin } from './reported-login.ts'
import { backgroundWork, reported } from './reports.ts'
import { type ServerMessage, SqlError } from './sql-error.ts'
import { loadTedious } from './tedious.ts'

/** The error of a paused serverless database while it resumes: https://learn.microsoft.com/azure/azure-sql/database/serverless-tier-overview */
const PAUSED = 40613

/**
 * Prepares logins to one database. Until a login has succeeded, and after one has failed, simultaneous callers wait for the
 * same login. When the database is paused, it is woken in the background, and callers get the error at once.
 */
export function createSqlLogin(sql: Config['sql'], credential: TokenCredential, limits: Limits, log: Log) {
  const closing = new AbortController()
  let lastSucceeded = false
  let firstLogin: Promise<Connection> | undefined
  let pausedError: SqlError | undefined

  const openConnection = () =>
    reportedLogin(sql, () => connect(sql, credential, limits.sqlLoginMs, log, closing.signal))

  return {
    /** @throws {SqlError} when the login fails, or while the database is waking up */
    async open(): Promise<Connection> {
      if (pausedError) throw pausedError
      if (lastSucceeded) return login()
      if (firstLogin) await firstLogin
      else {
        firstLogin = login().finally(() => {
          firstLogin = undefined
        })
        return firstLogin
      }
      return login()
    },

    /** Cancels running logins, and stops waking the database. */
    close: () => closing.abort(),
  }

  async function login(): Promise<Connection> {
    try {
      const connection = await openConnection()
      lastSucceeded = true
      return connection
    } catch (error) {
      lastSucceeded = false
      if (isPaused(error) && !pausedError) {
        pausedError = error
        void reported(backgroundWork, { what: 'waking the database' }, wake).finally(() => {
          pausedError = undefined
        })
      }
      throw error
    }
  }

  /** Retries the login until the database is awake. Each login makes a paused database resume. */
  async function wake(): Promise<void> {
    for (const delay of limits.wakingDelaysMs) {
      await setTimeout(delay, undefined, { signal: closing.signal, ref: false }).catch(() => {})
      if (closing.signal.aborted) return
      try {
        const connection = await openConnection()
        connection.close()
        lastSucceeded = true
        log.info('the database is awake')
        return
      } catch (error) {
        if (!isPaused(error)) return
      }
    }
  }
}

function isPaused(error: unknown): error is SqlError {
  return error instanceof SqlError && error.number === PAUSED
}

/** Opens one connection. `encrypt` is on and the certificate is verified, because the login sends a token to the server. */
async function connect(
  sql: Config['sql'],
  credential: TokenCredential,
  timeout: number,
  log: Log,
  closing: AbortSignal,
): Promise<Connection> {
  const { Connection } = await loadTedious()
  const connection = new Connection({
    server: sql.server,
    authentication: { type: 'token-credential', options: { credential } },
    options: {
      port: sql.port,
      database: sql.database,
      encrypt: true,
      readOnlyIntent: sql.readOnly,
      connectTimeout: timeout,
      // tedious would retry three times within two seconds: too short for a paused database, too long for the visitor.
      maxRetriesOnTransientErrors: 0,
    },
  })
  // A connection that drops while idle emits 'error', and an 'error' event without a listener ends the process.
  connection.on('error', (error) => log.warn({ err: error }, 'a SQL connection was lost'))

  // The error that tedious passes to the callback has no number. The server's messages have one; the first is the cause.
  let refusal: ServerMessage | undefined
  connection.on('errorMessage', ({ number, message }) => {
    refusal ??= { number, message }
  })
  const cancel = () => connection.close()
  closing.addEventListener('abort', cancel, { once: true })
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      closing.removeEventListener('abort', cancel)
      if (error) reject(new SqlError('The SQL login failed.', error, refusal))
      else resolve(connection)
    })
  })
}
