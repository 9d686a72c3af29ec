// Azure SQL for the local cloud: a server that speaks TDS, takes Entra tokens, and keeps its one database in memory.
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Faults } from '../faults.ts'
import { serveConnection } from './connection.ts'
import { openDatabase } from './engine/database.ts'
import { createExecute } from './execute.ts'
import { createLock } from './lock.ts'
import type { Administrator, Firewall, ServerState } from './state.ts'
import { secureContextFor } from './tds/tls.ts'

export interface SqlServerOptions {
  /** PEM. */
  certificate: { key: string; cert: string }
  database: string
  tenantId: string
  /** Object id or client id of the Entra administrator. */
  administrator: string
  /** Throws when the token is not signed by the local directory, is expired, or is for another audience. */
  verifyToken(token: string, audience: string): Promise<{ appid?: string; oid: string }>
}

export interface SqlServer {
  /** On 127.0.0.1. */
  port: number
  /** `failNext(number)` answers a login with that SQL error: 40613, 40615, 18456, … */
  logins: Faults
  /** `failNext(number)` answers a query with that SQL error; `cutNext` cuts the stream of its results. */
  queries: Faults
  firewall: Firewall
  /** Who administers the server from now on. */
  administrator: Administrator
  /** How many logins were tried, those that were refused included. */
  readonly loginCount: number
  /** How many batches and procedures were run. A batch of nothing but SET belongs to the login, and does not count. */
  readonly queryCount: number
  readonly openConnections: number
  /** The last thousand of those that `queryCount` counts, newest last. */
  readonly statements: string[]
  /** Drops every connection, as a fail-over does. */
  dropConnections(): void
  /**
   * Runs some SQL as the administrator, without a connection: REVOKE …, INSERT …
   *
   * @returns the rows of the last result
   * @throws SqlError for the first error
   */
  execute(sql: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

/** Starts a server on a free port of 127.0.0.1, with an empty database. */
export async function startSqlServer(options: SqlServerOptions): Promise<SqlServer> {
  const state = createState(options)
  const server = createServer((socket) => {
    state.sockets.add(socket)
    socket.on('close', () => state.sockets.delete(socket))
    serveConnection(socket, state)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  const { port } = server.address() as { port: number }
  const dropConnections = () => {
    for (const socket of state.sockets) socket.destroy()
  }
  return {
    port,
    logins: state.logins,
    queries: state.queries,
    firewall: state.firewall,
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
    get statements() {
      return state.statements
    },
    dropConnections,
    execute: createExecute(state),
    async close() {
      server.close()
      dropConnections()
      await once(server, 'close')
      state.store.close()
    },
  }
}

function createState(options: SqlServerOptions): ServerState {
  return {
    options,
    secureContext: secureContextFor(options.certificate),
    store: openDatabase(options.administrator),
    lock: createLock(),
    logins: new Faults(),
    queries: new Faults(),
    firewall: { closed: false, allowed: new Set() },
    administrator: { sid: options.administrator, byClientIdOnly: false },
    loginCount: 0,
    queryCount: 0,
    statements: [],
    sockets: new Set(),
  }
}
