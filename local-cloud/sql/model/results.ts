// What the engine hands to the protocol: the results of statements.
import type { SqlError } from './errors.ts'
import type { SqlType, Value } from './types.ts'

/** What a statement has led to, in the order in which the client is told. */
export type Outcome =
  /** `counted` unless SET NOCOUNT ON. A SELECT unless it says otherwise. */
  | { kind: 'rows'; columns: ResultColumn[]; rows: Value[][]; counted: boolean; command?: Command }
  | { kind: 'count'; count: number; command: Command }
  | { kind: 'transaction'; change: 'begin' | 'commit' | 'rollback'; id: bigint }
  /** What PRINT says, and RAISERROR with a severity of 10 and less. */
  | { kind: 'message'; message: Pick<SqlError, 'number' | 'message' | 'class' | 'state'> }
  | { kind: 'error'; error: SqlError }

/** The statement that a result or a count comes from. */
export type Command = 'select' | 'insert' | 'update' | 'delete'

export interface ResultColumn {
  name: string
  type: SqlType
  /** Undefined for a value that is calculated. */
  origin?: Origin | undefined
}

/** What the column of a table is like that a value comes from. */
export interface Origin {
  nullable: boolean
  /** The database numbers the rows by it. */
  identity: boolean
}
