// CREATE, ALTER and DROP VIEW.
// https://learn.microsoft.com/sql/t-sql/statements/create-view-transact-sql
import { SqlError } from '../../model/errors.ts'
import type { Statement, View } from '../../tsql/syntax.ts'
import { findTable } from '../catalog/catalog.ts'
import {
  forgetColumns,
  forgetObject,
  newName,
  recordColumn,
  recordObject,
  replaceView,
} from '../catalog/define-table.ts'
import { isSameName, isSystemView, isTemporaryName, type Table } from '../catalog/table.ts'
import type { Context, RelationColumn } from '../translation/context.ts'
import { translateQuery } from '../translation/queries.ts'

export function createView(
  { how, view }: Extract<Statement, { kind: 'create view' }>,
  context: Context,
): void {
  const { store } = context
  const existing = findTable(store, view.path)
  if (how === 'ALTER' && !existing) throw new SqlError(208, `Invalid object name '${view.path.join('.')}'.`)
  if (existing && existing.view === undefined && how !== 'CREATE') {
    throw new SqlError(
      2010,
      `Cannot perform alter on '${view.path.join('.')}' because it is an incompatible object type.`,
    )
  }
  const columns = columnsOf(view, translateQuery(view.query, context).columns)
  if (existing && how !== 'CREATE') replaceView(store, existing, view.text)
  const objectId =
    existing && how !== 'CREATE'
      ? existing.objectId
      : recordObject(store, newName(store, view.path), view.text)
  if (existing && existing.objectId === objectId) forgetColumns(store, existing)
  for (const [index, { name, type, origin }] of columns.entries()) {
    recordColumn(store, objectId, index + 1, { name, type, nullable: origin?.nullable ?? true })
  }
}

function columnsOf({ path, columns, text }: View, given: RelationColumn[]): RelationColumn[] {
  const name = path.at(-1) ?? ''
  if (isTemporaryName(path) || /(^|[^\w#@$])#\w/.test(text)) {
    throw new SqlError(
      4508,
      "Views or functions are not allowed on temporary tables. Table names that begin with '#' denote temporary tables.",
    )
  }
  if (columns.length > 0 && columns.length !== given.length) {
    const [number, word] = columns.length > given.length ? [8159, 'fewer'] : [8158, 'more']
    throw new SqlError(number, `'${name}' has ${word} columns than were specified in the column list.`)
  }
  const named = given.map((column, index) => ({ ...column, name: columns[index] ?? column.name }))
  const nameless = named.findIndex((column) => column.name === '')
  if (nameless >= 0) {
    const words = 'Create View or Function failed because no column name was specified for column'
    throw new SqlError(4511, `${words} ${nameless + 1}.`)
  }
  const twice = named.find((column, index) =>
    named.slice(0, index).some((other) => isSameName(other.name, column.name)),
  )
  if (twice) {
    const words = 'Column names in each view or function must be unique.'
    throw new SqlError(
      4506,
      `${words} Column name '${twice.name}' in view or function '${name}' is specified more than once.`,
    )
  }
  return named
}

export function dropView(path: string[], ifExists: boolean, { store }: Context): void {
  const view = findTable(store, path)
  if (!view && ifExists) return
  if (!view || isSystemView(view)) throw noSuchView(path)
  if (view.view === undefined) throw wrongDrop('VIEW', path, 'table')
  forgetObject(store, view)
}

/** @throws SqlError 3705 when a view is meant to be dropped as a table */
export function refuseView(table: Table, path: string[]): void {
  if (table.view !== undefined) throw wrongDrop('TABLE', path, 'view')
}

function wrongDrop(used: string, path: string[], kind: string): SqlError {
  const name = path.join('.')
  const words = `Cannot use DROP ${used} with '${name}' because '${name}' is a ${kind}.`
  return new SqlError(3705, `${words} Use DROP ${kind.toUpperCase()}.`)
}

export function noSuchView(path: string[]): SqlError {
  const words = 'because it does not exist or you do not have permission'
  return new SqlError(3701, `Cannot drop the view '${path.join('.')}', ${words}.`, { class: 11, state: 5 })
}
