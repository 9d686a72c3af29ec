// SELECT … INTO: a new table with the rows of a query.
// https://learn.microsoft.com/sql/t-sql/queries/select-into-clause-transact-sql
import { databasePermissionDenied, SqlError } from '../../model/errors.ts'
import type { ColumnDefinition, Identity, Query } from '../../tsql/syntax.ts'
import { findTable } from '../catalog/catalog.ts'
import { createTable } from '../catalog/define-table.ts'
import { isSameName, isTemporaryName } from '../catalog/table.ts'
import { type Context, outsideSubset, type RelationColumn, runTranslated } from '../translation/context.ts'
import { translateQuery } from '../translation/queries.ts'
import { insertRow } from './rows.ts'

/** @returns the number of rows */
export function selectInto(query: Query, path: string[], context: Context): number {
  const { store, principal, database } = context
  if (isTemporaryName(path)) context.connection.hasTemporaryTables = true
  else if (!principal.isAdministrator) throw databasePermissionDenied('CREATE TABLE', database)
  const { sql, columns } = translateQuery(query, context, undefined, [], true)
  const definitions = columns.map((column) => definitionOf(column, query, context))
  const rows = runTranslated(sql, context)
  const table = createTable(store, path, definitions, [])
  for (const row of rows) insertRow(table, row, store)
  return rows.length
}

function definitionOf(column: RelationColumn, query: Query, context: Context): ColumnDefinition {
  const { name, type, origin } = column
  if (name === '') {
    const words = 'An object or column name is missing or empty.'
    throw new SqlError(1038, `${words} For SELECT INTO statements, verify each column has a name.`, {
      class: 15,
      state: 5,
    })
  }
  const identity = origin?.identity ? inherited(query, context) : undefined
  return { name, type, nullable: origin?.nullable ?? true, identity }
}

// The column of a single table stays an identity column; that of a join or a UNION does not.
function inherited({ body }: Query, context: Context): Identity | undefined {
  if (body.kind !== 'specification' || body.from?.kind !== 'table') return undefined
  if (body.distinct || body.groupBy.length > 0)
    throw outsideSubset(context, 'SELECT INTO of such an identity column')
  const table = findTable(context.store, body.from.path)
  if (!table || table.view !== undefined)
    throw outsideSubset(context, 'SELECT INTO of such an identity column')
  const identity = table.columns.find((column) => column.identity)
  const named = body.items.filter(
    (item) =>
      item.kind === 'star' ||
      (item.kind === 'item' &&
        item.value.kind === 'column' &&
        isSameName(item.value.path.at(-1) ?? '', identity?.name ?? '')),
  )
  return named.length > 1 ? undefined : identity?.identity
}
