// A table, its columns and its keys.
import { invalidColumn } from '../../model/errors.ts'
import type { ColumnDefinition, KeyDefinition } from '../../tsql/syntax.ts'
import { quoted } from '../storage/store.ts'

export interface Table {
  objectId: number
  schema: string
  name: string
  columns: ColumnDefinition[]
  keys: Key[]
}

export interface Key extends KeyDefinition {
  name: string
}

export const DEFAULT_SCHEMA = 'dbo'

/** The name that SQLite knows a table by. */
export function storedName(table: { schema: string; name: string }): string {
  return quoted(`${table.schema}.${table.name}`)
}

/** Compares names as the collation compares text. */
export function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** @throws SqlError 207 when the table has no such column */
export function columnIndex(table: Table, name: string): number {
  const index = table.columns.findIndex((column) => isSameName(column.name, name))
  if (index < 0) throw invalidColumn(name)
  return index
}
