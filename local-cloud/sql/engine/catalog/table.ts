// A table, its columns and its constraints.
import { invalidColumn } from '../../model/errors.ts'
import type {
  CheckDefinition,
  ColumnDefinition,
  DefaultDefinition,
  ForeignKeyDefinition,
  IndexDefinition,
  KeyDefinition,
} from '../../tsql/syntax.ts'
import { quoted } from '../storage/store.ts'

export interface Table {
  /** Below zero for a temporary table. */
  objectId: number
  schema: string
  name: string
  columns: Column[]
  keys: Key[]
  indexes: IndexDefinition[]
  checks: Check[]
  foreignKeys: ForeignKey[]
  /** The query of a view. */
  view?: string | undefined
  defaults: Default[]
  /** Of a system view: each row is about a table or a view, which not everybody may see. */
  isAboutObjects?: boolean
}

export interface Column extends ColumnDefinition {
  /** T-SQL for the value that a row gets without one of its own. */
  default?: string | undefined
}

type Named<Definition> = Definition & { name: string }
export type Key = Named<KeyDefinition>
export type Default = Named<DefaultDefinition>
export type Check = Named<CheckDefinition>
export type ForeignKey = Named<Omit<ForeignKeyDefinition, 'references'>> & {
  references: { objectId: number; columns: string[] }
}

export const DEFAULT_SCHEMA = 'dbo'

/** The name that SQLite knows a table by. */
export function storedName({ objectId, schema, name }: Pick<Table, 'objectId' | 'schema' | 'name'>): string {
  return quoted(isTemporary({ objectId }) ? `${name} ${objectId}` : `${schema}.${name}`)
}

/** Whether a name is that of a temporary table. */
export function isTemporaryName(path: string[]): boolean {
  return path.at(-1)?.startsWith('#') ?? false
}

/** Whether a table is a view of the catalog. */
export function isSystemView({ objectId }: Pick<Table, 'objectId'>): boolean {
  return objectId === 0
}

export function isTemporary({ objectId }: Pick<Table, 'objectId'>): boolean {
  return objectId < 0
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
