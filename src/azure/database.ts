// Azure SQL: a pool of connections that log in with the shared credential.
import type { TokenCredential } from '@azure/identity'
import { Pool } from 'tarn'
import type { Connection, TYPES } from 'tedious'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { abortable } from './abortable.ts'
import { BusyError } from './busy-error.ts'
import { restrictToScope } from './credential.ts'
import { loginOf } from './reported-login.ts'
import { type ConnectionReport, poolUse, reported, sqlConnections, sqlStatements } from './reports.ts'
import { SqlError } from './sql-error.ts'
import { createSqlLogin } from './sql-login.ts'
import { sqlScope } from './sql-scope.ts'
import { loadTedious } from './tedious.ts'

export type Row = Record<string, unknown>
export type SqlParameters = Record<string, [type: SqlType, value: unknown]>
/** Runs one statement. */
export type Query = (sql: string, parameters?: SqlParameters) => Promise<Row[]>
/** Runs several statements in one round trip, and returns the rows of each. */
export type Batch = (sql: string, parameters?: SqlParameters) => Promise<Row[][]>
export type Database = ReturnType<typeof createDatabase>
type PendingAcquire = ReturnType<Pool<Connection>['acquire']>
type Work<T> = (query: Query, batch: Batch) => Promise<T>
type SqlType = keyof typeof TYPES

export function createDatabase(sql: Config['sql'], credential: TokenCredential, limits: Limits, log: Log) {
  const sqlCredential = restrictToScope(sqlScope(sql.server), credential)
  const login = createSqlLogin(sql, sqlCredential, limits, log)

  const waiting = new Set<PendingAcquire>()

  const pool: Pool<Connection> = new Pool({
    create: () => login.open(),
    destroy: (connection) => connection.close(),
    validate: (connection) => !connection.closed,
    min: 0,
    max: limits.sqlConnections,
    idleTimeoutMillis: limits.sqlIdleMs,
    // Waiting requests can also get a connection that is released, so there is no need to retry a failed login faster.
    createRetryIntervalMillis: 1_000,
    // Every request has its own deadline; these only have to be longer.
    createTimeoutMillis: 2 * limits.requestMs,
    acquireTimeoutMillis: 2 * limits.requestMs,
  })
  // When no connection is in use and no other login is running, no request that waits can be served: all fail with
  // the error of this login. The pool's own propagateCreateError would fail one of them, and log in again for the next.
  pool.on('createFail', (_event, error: Error) => {
    if (pool.numUsed() + pool.numPendingCreates() === 0) for (const pending of waiting) pending.reject(error)
  })

  // An idle connection was closed.
  pool.on('destroySuccess', reportUse)

  return {
    /**
     * Runs queries on one connection of the pool. They may only read, and run one after another.
     *
     * @throws {BusyError} when too many requests wait for a connection already
     * @throws the signal's reason once it has aborted; the running query is canceled, and the connection returns to the pool
     *   when the server has confirmed that
     */
    async use<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
      try {
        return await useConnection(signal, work)
      } catch (error) {
        // The connection was lost while it was idle. Queries only read, so it is safe to run them again on another one.
        if (error instanceof SqlError && error.connectionLost) return useConnection(signal, work)
        throw error
      }
    },

    /** Loads the driver before the first query does. */
    async preload(): Promise<void> {
      await loadTedious()
    },

    /** Closes every connection, after those in use have been released. */
    async close(): Promise<void> {
      login.close()
      await pool.destroy()
    },
  }

  async function useConnection<T>(signal: AbortSignal, work: Work<T>): Promise<T> {
    const connection = await acquireReported(signal)
    const batch: Batch = (text, parameters = {}) =>
      reported(sqlStatements, { text, parameters: Object.keys(parameters) }, () =>
        run(connection, text, parameters, signal),
      )
    const query: Query = async (text, parameters) => (await batch(text, parameters))[0] ?? []
    return abortable(
      work(query, batch).finally(() => {
        pool.release(connection)
        reportUse()
      }),
      signal,
    )
  }

  function reportUse(): void {
    if (!poolUse.hasSubscribers) return
    poolUse.publish({
      what: 'sql-connections',
      used: pool.numUsed(),
      idle: pool.numFree(),
      waiting: pool.numPendingAcquires(),
      max: limits.sqlConnections,
    })
  }

  function acquireReported(signal: AbortSignal): Promise<Connection> {
    const report: ConnectionReport = {}
    return reported(sqlConnections, report, async () => {
      try {
        const connection = await acquire(signal)
        report.login = loginOf(connection)
        return connection
      } catch (error) {
        report.login = loginOf(error)
        throw error
      }
    })
  }

  async function acquire(signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    if (pool.numPendingAcquires() >= limits.waiting) throw new BusyError('Too many queries are waiting.')
    const pending = pool.acquire()
    waiting.add(pending)
    reportUse()
    const cancel = () => pending.abort()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      return await pending.promise
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      waiting.delete(pending)
      signal.removeEventListener('abort', cancel)
      reportUse()
    }
  }
}

/** Runs a parameterized batch. The promise settles when the connection can be used again. */
async function run(
  connection: Connection,
  text: string,
  parameters: SqlParameters,
  signal: AbortSignal,
): Promise<Row[][]> {
  const { Request, TYPES } = await loadTedious()
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const results: Row[][] = []
    const request = new Request(text, (error) => {
      signal.removeEventListener('abort', cancel)
      if (error) reject(new SqlError('The SQL query failed.', error))
      else resolve(results)
    })
    const cancel = () => request.cancel()
    signal.addEventListener('abort', cancel, { once: true })

    for (const [name, [type, value]] of Object.entries(parameters))
      request.addParameter(name, TYPES[type], value)
    request.on('columnMetadata', () => results.push([]))
    request.on('row', (columns: { metadata: { colName: string }; value: unknown }[]) => {
      results
        .at(-1)
        ?.push(Object.fromEntries(columns.map(({ metadata, value }) => [metadata.colName, value])))
    })
    connection.execSql(request)
  })
}
