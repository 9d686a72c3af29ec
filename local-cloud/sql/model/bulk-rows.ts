// What the protocol hands to the engine: the rows of a bulk load.
import type { SqlType, Value } from './types.ts'

export interface BulkRows {
  /** Of the columns, in the order of the values. */
  types: SqlType[]
  rows: Iterable<Value[]>
}
