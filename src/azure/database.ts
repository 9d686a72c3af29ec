// Azure SQL: a pool of connections that sign in with the shared credential.
import type { TokenCredential } from '@azure/identity'
import { Pool } from 'tarn'
import { Connection, Request } from 'tedious'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { abortable } from './abortable.ts'
import { pinnedTo } from './credential.ts'

/** A login or a query failed. `number` is SQL Server's error number, where the server got as far as to send one. */
export class SqlError extends Error {
  override name = 'SqlError'
  readonly number: number | undefined
  constructor(message: string, number: number | undefined, cause: unknown) {
    super(message, { cause })
    this.number = number
  }
}

export type Row = Record<string, unknown>
export type SqlParameters = Record<string, [type: SqlType, value: unknown]>
export type Query = (sql: string, parameters?: SqlParameters) => Promise<Row[]>
type SqlType = Parameters<Request['addParameter']>[1]
export type Database = ReturnType<typeof createDatabase>

export function createDatabase(
  sql: Config['sql'],
  credential: TokenCredential,
  limits: Pick<Limits, 'sqlConnections' | 'sqlLoginMs' | 'sqlIdleMs'>,
  log: Log,
) {
  const sqlCredential = pinnedTo('https://database.windows.net/.default', credential)

  const pool = new Pool<Connection>({
    create: () => signIn(sql, sqlCredential, limits.sqlLoginMs, log),
    destroy: (connection) => connection.close(),
    validate: (connection) => !connection.closed,
    min: 0,
    max: limits.sqlConnections,
    idleTimeoutMillis: limits.sqlIdleMs,
    // Without it a failed login is tried again and again, behind the back of the request that waits for it.
    propagateCreateError: true,
    // Requests bring a deadline of their own; these only have to be longer.
    createTimeoutMillis: 2 * limits.sqlLoginMs,
    acquireTimeoutMillis: 2 * limits.sqlLoginMs,
  })

  return {
    /**
     * Lends a connection to some queries, which run one after another.
     *
     * @throws the signal's reason once it has aborted; the running query is cancelled, and the connection goes back to the
     *   pool when the server has confirmed that
     */
    async use<T>(signal: AbortSignal, work: (query: Query) => Promise<T>): Promise<T> {
      const connection = await acquire(signal)
      const result = work((text, parameters = {}) => run(connection, text, parameters, signal)).finally(() =>
        pool.release(connection),
      )
      return abortable(result, signal)
    },

    /** Closes every connection, once those in use have come back. */
    async close(): Promise<void> {
      await pool.destroy()
    },
  }

  async function acquire(signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    const pending = pool.acquire()
    const leave = () => pending.abort()
    signal.addEventListener('abort', leave, { once: true })
    try {
      return await pending.promise
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }
}

/** Opens one connection. `encrypt` is on and the certificate is checked: the server is about to be handed a token. */
function signIn(
  sql: Config['sql'],
  credential: TokenCredential,
  timeout: number,
  log: Log,
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

  // The error that `connect` gives has no number; the server's message, which comes first, has.
  let number: number | undefined
  connection.on('errorMessage', (message) => {
    number = message.number
  })
  return new Promise((resolve, reject) => {
    connection.connect((error) => {
      if (error) reject(new SqlError('The SQL login failed.', number, error))
      else resolve(connection)
    })
  })
}

/** Runs one parameterised statement. The promise settles when the connection can be used again. */
function run(
  connection: Connection,
  text: string,
  parameters: SqlParameters,
  signal: AbortSignal,
): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const rows: Row[] = []
    const request = new Request(text, (error) => {
      signal.removeEventListener('abort', cancel)
      if (error)
        reject(
          new SqlError('The SQL query failed.', 'number' in error ? Number(error.number) : undefined, error),
        )
      else resolve(rows)
    })
    const cancel = () => request.cancel()
    signal.addEventListener('abort', cancel, { once: true })

    for (const [name, [type, value]] of Object.entries(parameters)) request.addParameter(name, type, value)
    request.on('row', (columns: { metadata: { colName: string }; value: unknown }[]) => {
      rows.push(Object.fromEntries(columns.map(({ metadata, value }) => [metadata.colName, value])))
    })
    connection.execSql(request)
  })
}
