// For the tests of the emulated server: a server whose tokens are plain JSON, and tedious as the sample uses it.
import tls from 'node:tls'
import { Connection, type ConnectionConfiguration, Request } from 'tedious'
import { createCertificates } from '../certificates.ts'
import { startSqlServer } from './index.ts'
import type { Limits } from './server/database.ts'

export const database = 'keyless'
export const administrator = '11111111-1111-4111-8111-111111111111'

interface Claims {
  appid?: string
  oid?: string
  aud?: string
}

/** Starts a server that this process trusts. */
export async function startTestServer(limits: Partial<Limits> = {}) {
  const { ca, cert, key } = await createCertificates()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca])
  return startSqlServer({
    certificate: { cert, key },
    database,
    tenantId: '99999999-9999-4999-8999-999999999999',
    administrator,
    verifyToken: async (token, audience) => {
      const claims = JSON.parse(token)
      if (claims.aud !== audience) throw new Error('This token is for another audience.')
      return claims
    },
    nameOf: ({ appid, oid }) => appid ?? oid,
    limits,
  })
}

export function tokenWith(claims: Claims): string {
  return JSON.stringify({
    oid: '00000000-0000-4000-8000-000000000000',
    aud: 'https://database.windows.net/',
    ...claims,
  })
}

type Authentication = NonNullable<ConnectionConfiguration['authentication']>

export function tokenCredential(claims: Claims): Authentication {
  const getToken = async () => ({ token: tokenWith(claims), expiresOnTimestamp: Date.now() + 3_600_000 })
  return { type: 'token-credential', options: { credential: { getToken } } }
}

/** What the server said while a login failed: the error of tedious has no number. */
export class LoginRefused extends Error {
  readonly messages: { number: number; message: string; class: number }[]
  constructor(cause: Error, messages: LoginRefused['messages']) {
    super(cause.message, { cause })
    this.messages = messages
  }
}

export function connect(
  port: number,
  authentication: Authentication,
  options: ConnectionConfiguration['options'] = {},
): Promise<Connection> {
  const connection = new Connection({
    server: 'localhost',
    authentication,
    options: { port, database, encrypt: true, maxRetriesOnTransientErrors: 0, ...options },
  })
  const messages: LoginRefused['messages'] = []
  connection.on('errorMessage', (message) => messages.push(message))
  // A connection that drops while idle would end the process.
  connection.on('error', () => {})
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(new LoginRefused(error, messages)) : resolve(connection)))
  })
}

/** Opens connections, as the administrator unless told otherwise, and closes them all after a test. */
export function createLogins(port: number) {
  const open: Connection[] = []
  return {
    open,
    async login(claims: Claims = { oid: administrator }, options = {}) {
      const connection = await connect(port, tokenCredential(claims), options)
      open.push(connection)
      return connection
    },
    closeAll(): void {
      for (const connection of open.splice(0)) connection.close()
    },
  }
}

type Type = Parameters<Request['addParameter']>[1]
type Options = Parameters<Request['addParameter']>[3]
export type SqlParameters = Record<string, [type: Type, value: unknown, options?: Options]>

export interface Column {
  colName: string
  type: { name: string }
  precision?: number
  scale?: number
  dataLength?: number
}

export interface Answer {
  rows: Record<string, unknown>[]
  /** One list for each result set. */
  columns: Column[][]
  rowCount: number
}

/** Runs some SQL: as a procedure with parameters, or as a batch. */
export function ask(
  connection: Connection,
  sql: string,
  parameters: SqlParameters | 'batch' = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer: Answer = { rows: [], columns: [], rowCount: 0 }
    const request = new Request(sql, (error, rowCount = 0) => {
      if (error) reject(error)
      else resolve({ ...answer, rowCount })
    })
    request.on('columnMetadata', (columns) => answer.columns.push(columns as unknown as Column[]))
    request.on('row', (columns: { metadata: { colName: string }; value: unknown }[]) => {
      answer.rows.push(Object.fromEntries(columns.map(({ metadata, value }) => [metadata.colName, value])))
    })
    if (parameters === 'batch') {
      connection.execSqlBatch(request)
      return
    }
    for (const [name, [type, value, options]] of Object.entries(parameters)) {
      request.addParameter(name, type, value, options)
    }
    connection.execSql(request)
  })
}

/** A request with a time limit of its own: those that follow on the connection have none that matters. */
export function askFor(milliseconds: number, connection: Connection, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new Request(sql, (error) => (error ? reject(error) : resolve()))
    request.setTimeout(milliseconds)
    connection.execSql(request)
  })
}
