// Azure SQL for the local cloud: a server that speaks TDS, takes Entra tokens, and keeps its one database in a temporary file.
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Activity } from '../activity.ts'
import { Faults } from '../faults.ts'
import type { Service } from '../service.ts'
import { serveConnection } from './server/connection.ts'
import { createDatabase, type Database, type Limits } from './server/database.ts'
import { createExecute } from './server/execute.ts'
import { createReset } from './server/reset.ts'
import type { Administrator, Firewall, ServerState, SqlServerOptions } from './server/state.ts'
import { secureContextFor } from './tds/tls.ts'

export interface SqlServer extends Service<string> {
  /** On 127.0.0.1. */
  readonly port: number
  /** `failNext(number)` answers a login with that SQL error: 40613, 40615, 18456, … */
  readonly logins: Faults
  /** `failNext(number)` answers a batch or procedure with that SQL error; `cutNext` cuts the stream of its results. */
  readonly faults: Faults
  /** The last thousand batches and procedures of those that `queryCount` counts. */
  readonly requests: string[]
  firewall: Firewall
  /** How long a batch may run. A test may change it. */
  readonly limits: Pick<Limits, 'longestBatch'>
  /** Who administers the server from now on. */
  administrator: Administrator
  /** How many logins were tried, those that were refused included. */
  readonly loginCount: number
  /** How many batches and procedures were run. A batch of nothing but SET belongs to the login, and does not count. */
  readonly queryCount: number
  readonly openConnections: number
  /** Drops every connection, as a fail-over does. */
  dropConnections(): void
  /**
   * Runs some SQL as the administrator, without a connection: REVOKE …, INSERT …
   *
   * @returns the rows of the last result
   * @throws SqlError for the first error
   */
  execute(sql: string): Promise<Record<string, unknown>[]>
  /** Prepares the empty database, now and again at a reset after which it would be another. */
  seed(prepare: () => Promise<void>): Promise<void>
}

/** Starts a server on a free port of 127.0.0.1, with an empty database. */
export async function startSqlServer(options: SqlServerOptions): Promise<SqlServer> {
  const state = createState(
    options,
    await createDatabase(options.database, options.administrator, options.limits),
  )
  const server = createServer((socket) => {
    state.sockets.add(socket)
    socket.on('close', () => state.sockets.delete(socket))
    serveConnection(socket, state)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const { port } = server.address() as AddressInfo
  const dropConnections = () => {
    for (const socket of state.sockets) socket.destroy()
  }
  return {
    port,
    endpoint: `localhost:${port}`,
    env: {
      AZURE_SQL_SERVER: 'localhost',
      AZURE_SQL_DATABASE: options.database,
      AZURE_SQL_PORT: String(port),
    },
    faults: state.faults,
    logins: state.logins,
    requests: state.requests,
    activity: state.activity,
    firewall: state.firewall,
    limits: state.database.limits,
    administrator: state.administrator,
    get loginCount() {
      return state.loginCount
    },
    get queryCount() {
      return state.queryCount
    },
    get openConnections() {
      return state.sockets.size
    },
    dropConnections,
    execute: createExecute(state),
    ...createReset(state, dropConnections),
    async close() {
      server.close()
      dropConnections()
      await once(server, 'close')
      await state.database.close()
    },
  }
}

function createState(options: SqlServerOptions, database: Database): ServerState {
  return {
    options,
    secureContext: secureContextFor(options.certificate),
    database,
    changes: 0,
    logins: new Faults(),
    faults: new Faults(),
    firewall: { closed: false, allowed: new Set() },
    administrator: { sid: options.administrator, byClientIdOnly: false },
    loginCount: 0,
    queryCount: 0,
    requests: [],
    activity: new Activity(),
    sockets: new Set(),
  }
}
