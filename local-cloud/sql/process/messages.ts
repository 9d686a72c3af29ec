// What the server and a database process say to each other. All of it is plain data.
import type { Principal } from '../engine/catalog/users.ts'
import type { BulkLoad, SessionState } from '../engine/execution/session.ts'
import type { Parameter } from '../tds/parameters.ts'

/** SQL to run, as the server has read it from a request. */
export interface SqlRequest {
  sql: string
  /**
   * Names and types of the parameters as they were declared, and the values. `first` is the position of the first of them in
   * the call.
   */
  parameters?: { declaration: string; values: Parameter[]; first: number }
  /** The statement is not run: it is prepared. */
  onlyChecked?: boolean
  /** The handle of the prepared statement, and the name of the parameter that returns it. */
  handle?: { name: string; value: number }
  /** The rows of a bulk load, as they came, and where they go. */
  load?: { into: BulkLoad; rows: Uint8Array }
  /** Procedures are answered with a status of their own. */
  isProcedure: boolean
}

/** What a database process can be told to do, by name: what it is given, and what it gives back. */
export interface Tasks {
  /** Creates the catalog in an empty file. */
  create(input: { administrator: string }): void
  signIn(input: SignIn): Principal | undefined
  /** Runs a request of a client, and writes the response to it. */
  run(input: { session: SessionState; request: SqlRequest }): RunResult
  /** Runs SQL, and gives the rows of the last result as tedious would. */
  rows(input: { session: SessionState; sql: string }): {
    session: SessionState
    rows: Record<string, unknown>[]
    changes: number
    error: ErrorData | undefined
  }
  /** Ends the transaction of a session that is closed or reset. */
  end(input: { session: SessionState }): void
}

export interface SignIn {
  owner: { appid?: string; oid: string }
  administrator: { sid: string; byClientIdOnly: boolean }
  tenantId: string
}

export interface RunResult {
  session: SessionState
  /** The tokens of the response. */
  tokens: Uint8Array
  /** What came of it, for people to read. */
  outcome: string
  /** How many rows were inserted, updated or deleted, in tables of the catalog as well. */
  changes: number
}

/** An SqlError, which as an object of a class would arrive without its number. */
export interface ErrorData {
  number: number
  message: string
  class: number
  state: number
}

export interface Message<Name extends keyof Tasks = keyof Tasks> {
  task: Name
  input: Parameters<Tasks[Name]>[0]
}

/** The first reply says that the process is ready. */
export type Reply = { result: unknown } | { failure: string }
