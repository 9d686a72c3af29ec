// What the engine hands to the protocol: the results of statements.
import type { SqlError } from './errors.ts'
import type { SqlType, Value } from './types.ts'

/** What a statement has led to, in the order in which the client is told. */
export type Outcome =
  /** `counted` unless SET NOCOUNT ON. */
  | { kind: 'rows'; columns: ResultColumn[]; rows: Value[][]; counted: boolean }
  | { kind: 'count'; count: number }
  | { kind: 'transaction'; change: 'begin' | 'commit' | 'rollback'; id: bigint }
  | { kind: 'error'; error: SqlError }

export interface ResultColumn {
  name: string
  type: SqlType
}
