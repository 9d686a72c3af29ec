// OUTPUT: the rows that a statement gives of what it has changed.
// https://learn.microsoft.com/sql/t-sql/queries/output-clause-transact-sql
import { invalidColumn } from '../../model/errors.ts'
import type { ResultColumn } from '../../model/results.ts'
import type { Value } from '../../model/types.ts'
import type { SelectItem } from '../../tsql/syntax.ts'
import { isSameName, storedName, type Table } from '../catalog/table.ts'
import { type Context, outsideSubset, runTranslated, type Scope } from '../translation/context.ts'
import { outputsOf } from '../translation/specification.ts'
import { isOneOf, type RowId } from './rows.ts'
import { requireSelect, scopeOf } from './targets.ts'

export interface Output {
  columns: ResultColumn[]
  rows: Value[][]
}

/** What `inserted` and `deleted` stand for. */
interface Changed {
  table: Table
  inserted?: RowId[]
  /** The name in SQLite of a copy of the rows as they were. */
  deleted?: string | undefined
  /** The rows that are about to be deleted. */
  deletedInPlace?: RowId[]
  /** There is a FROM, whose columns T-SQL would know here. */
  isJoined?: boolean
}

export function outputRows(items: SelectItem[], changed: Changed, context: Context): Output | undefined {
  if (items.length === 0) return undefined
  checkItems(items, changed, context)
  requireSelect(changed.table, context)
  const { scope, from } = source(changed, context)
  const outputs = items.flatMap((item) => outputsOf(item, context, scope))
  const rows = runTranslated(`SELECT ${outputs.map(({ sql }) => sql).join(', ')}${from}`, context)
  if (changed.deleted) context.store.run(`DROP TABLE ${changed.deleted}`)
  return { columns: outputs.map(({ sql: _, ...column }) => column), rows }
}

/** Copies the rows that an UPDATE will change, and gives the name of the copy. */
export function keepDeleted(table: Table, rowids: RowId[], context: Context): string {
  const copy = 'temp."#deleted"'
  context.store.run(
    `CREATE TABLE ${copy} AS SELECT _rowid_ AS "#row", * FROM ${storedName(table)} AS t
      WHERE t._rowid_ IN (SELECT value FROM json_each(:rowids))`,
    { rowids: `[${rowids.join(',')}]` },
  )
  return copy
}

function source(
  { table, inserted, deleted, deletedInPlace }: Changed,
  context: Context,
): { scope: Scope; from: string } {
  const [before] = scopeOf(table, ['deleted'], 'd').relations
  const [after] = scopeOf(table, ['inserted'], 'i').relations
  const scope: Scope = { relations: [], common: [], outer: undefined }
  if (deletedInPlace) {
    if (before) scope.relations.push(before)
    return { scope, from: ` FROM ${storedName(table)} AS d WHERE ${isOneOf('d', deletedInPlace, context)}` }
  }
  if (after) scope.relations.push(after)
  if (before && deleted) scope.relations.push(before)
  const join = deleted ? ` JOIN ${deleted} AS d ON d."#row" = i._rowid_` : ''
  return {
    scope,
    from: ` FROM ${storedName(table)} AS i${join} WHERE ${isOneOf('i', inserted ?? [], context)}`,
  }
}

// Columns stand behind `inserted.` or `deleted.`; queries and aggregates may not stand here at all.
function checkItems(items: SelectItem[], { isJoined }: Changed, context: Context): void {
  for (const part of partsOf(items)) {
    if (part.kind === 'subquery' || part.kind === 'aggregate' || part.kind === 'assignment') {
      throw outsideSubset(context, `${part.kind} in an OUTPUT`)
    }
    const path =
      part.kind === 'column' ? part.path : part.kind === 'star' ? [...(part.qualifier ?? []), '*'] : undefined
    if (!path || (path.length === 2 && prefixes.some((prefix) => isSameName(prefix, path[0] ?? '')))) continue
    if (isJoined) throw outsideSubset(context, 'columns of the FROM in an OUTPUT')
    if (path.length === 1) throw invalidColumn(path[0] ?? '')
  }
}

const prefixes = ['inserted', 'deleted']

type Part = { kind: string; path?: string[]; qualifier?: string[] }

function partsOf(value: unknown): Part[] {
  if (Array.isArray(value)) return value.flatMap(partsOf)
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(partsOf)
  return 'kind' in value ? [value as Part, ...inner] : inner
}
