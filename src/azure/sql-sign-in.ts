// Signing in to Azure SQL: with a token, without a storm, and patiently where the database is asleep.
import { setTimeout } from 'node:timers/promises'
import type { TokenCredential } from '@azure/identity'
import { Connection } from 'tedious'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { type ServerMessage, SqlError } from './sql-error.ts'

/** A paused serverless database answers with this number while it starts: https://learn.microsoft.com/azure/azure-sql/database/serverless-tier-overview */
const WAKING = 40613

/**
 * Prepares logins to one database. While none has succeeded yet, or the last one failed, concurrent callers share one
 * attempt. When the database is asleep, it is woken in the background, and callers hear of it at once.
 */
export function createSignIn(sql: Config['sql'], credential: TokenCredential, limits: Limits, log: Log) {
  const closing = new AbortController()
  let proven = false
  let trial: Promise<Connection> | undefined
  let waking: SqlError | undefined

  return {
    /** @throws {SqlError} when the login fails, or the database is waking up */
    async open(): Promise<Connection> {
      if (waking) throw waking
      if (proven) return login()
      if (trial) await trial
      else {
        trial = login().finally(() => {
          trial = undefined
        })
        return trial
      }
      return login()
    },

    /** Gives up logins under way, and stops waking the database. */
    close: () => closing.abort(),
  }

  async function login(): Promise<Connection> {
    try {
      const connection = await connect(sql, credential, limits.sqlLoginMs, log, closing.signal)
      proven = true
      return connection
    } catch (error) {
      proven = false
      if (error instanceof SqlError && error.number === WAKING && !waking) {
        waking = error
        void wake().finally(() => {
          waking = undefined
        })
      }
      throw error
    }
  }

  async function wake(): Promise<void> {
    for (const delay of limits.wakingDelaysMs) {
      await setTimeout(delay, undefined, { signal: closing.signal, ref: false }).catch(() => {})
      if (closing.signal.aborted) return
      try {
        const connection = await connect(sql, credential, limits.sqlLoginMs, log, closing.signal)
        connection.close()
        proven = true
        log.info('the database is awake')
        return
      } catch (error) {
        if (!(error instanceof SqlError && error.number === WAKING)) return
      }
    }
  }
}

/** Opens one connection. `encrypt` is on and the certificate is checked: the server is about to be handed a token. */
function connect(
  sql: Config['sql'],
  credential: TokenCredential,
  timeout: number,
  log: Log,
  closing: AbortSignal,
): Promise<Connection> {
  const connection = new Connection({
    server: sql.server,
    authentication: { type: 'token-credential', options: { credential } },
    options: {
      port: sql.port,
      database: sql.database,
      encrypt: true,
      connectTimeout: timeout,
      // tedious would try three times within two seconds, which helps neither a paused database nor the visitor.
      maxRetriesOnTransientErrors: 0,
    },
  })
  // A connection that drops while idle emits 'error', and an 'error' without a listener ends the process.
  connection.on('error', (error) => log.warn({ err: error }, 'a SQL connection was lost'))

  // The error that `connect` gives has no number; the server's messages have, and the first of them says most.
  let refusal: ServerMessage | undefined
  connection.on('errorMessage', ({ number, message }) => {
    refusal ??= { number, message }
  })
  const giveUp = () => connection.close()
  closing.addEventListener('abort', giveUp, { once: true })
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      closing.removeEventListener('abort', giveUp)
      if (error) reject(new SqlError('The SQL login failed.', error, refusal))
      else resolve(connection)
    })
  })
}
