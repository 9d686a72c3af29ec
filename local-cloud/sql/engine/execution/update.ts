// UPDATE. The new values of all rows are calculated before the first is stored.
import { SqlError } from '../../model/errors.ts'
import type { Value } from '../../model/types.ts'
import type { ColumnChange, Expression, Statement } from '../../tsql/syntax.ts'
import { type Column, columnIndex } from '../catalog/table.ts'
import { quoted } from '../storage/store.ts'
import { type Context, runTranslated, type Typed } from '../translation/context.ts'
import { translateExpression } from '../translation/expressions.ts'
import { checkChecks, checkReferences, checkReferencesTo } from './constraints.ts'
import { defaultExpression } from './defaults.ts'
import type { Written } from './insert.ts'
import { checkKeys } from './keys.ts'
import { keepDeleted, outputRows } from './output.ts'
import { fitted } from './row-checks.ts'
import { type RowId, updateRow } from './rows.ts'
import { type Target, targetOf } from './targets.ts'

interface Change {
  position: number
  column: Column
  value: Typed
}

export function updateRows(statement: Extract<Statement, { kind: 'update' }>, context: Context): Written {
  const target = targetOf(statement, context)
  const { table } = target
  const changes = statement.changes.map((part) => change(target, part, context))
  const rows = changedRows(target, changes, context)
  const rowids = [...rows.keys()]
  const deleted = statement.output.length > 0 ? keepDeleted(table, rowids, context) : undefined
  for (const [rowid, values] of rows) updateRow(table, rowid, values, context.store)
  checkChecks(table, table.checks, rowids, 'UPDATE', context)
  checkKeys(table, [...rows.values()], context)
  checkReferences(table, table.foreignKeys, rowids, 'UPDATE', context)
  checkReferencesTo(table, 'UPDATE', context)
  const isJoined = statement.from !== undefined
  return {
    count: rowids.length,
    output: outputRows(statement.output, { table, inserted: rowids, deleted, isJoined }, context),
  }
}

function change(target: Target, { column: name, operator, value }: ColumnChange, context: Context): Change {
  const position = columnIndex(target.table, name)
  const column = target.table.columns[position]
  if (!column || column.identity) throw new SqlError(8102, `Cannot update identity column '${name}'.`)
  const right = value.kind === 'default' ? defaultExpression(column) : value
  const left: Expression = { kind: 'column', path: [...target.path, column.name] }
  const whole: Expression = operator ? { kind: 'arithmetic', operator, left, right } : right
  return { position, column, value: translateExpression(whole, context, target.scope) }
}

// A join may find a row several times; it is changed once, to values of which T-SQL does not say whose they are.
function changedRows(
  { table, alias, clauses }: Target,
  changes: Change[],
  context: Context,
): Map<RowId, Value[]> {
  const own = table.columns.map(({ name }) => `${alias}.${quoted(name)}`)
  const list = [`${alias}._rowid_`, ...own, ...changes.map(({ value }) => value.sql)]
  const rows = new Map<RowId, Value[]>()
  for (const [rowid, ...values] of runTranslated(`SELECT ${list.join(', ')}${clauses}`, context)) {
    const next = values.slice(0, table.columns.length)
    for (const [index, { position, column, value }] of changes.entries()) {
      next[position] = fitted(values[table.columns.length + index] ?? null, value.type, column, {
        table,
        database: context.database,
        action: 'UPDATE',
      })
    }
    rows.set(rowid as RowId, next)
  }
  return rows
}
