// Which foreign keys there can be.
import { SqlError } from '../../model/errors.ts'
import { nameOf } from '../../model/types.ts'
import type { ForeignKeyDefinition } from '../../tsql/syntax.ts'
import type { Store } from '../storage/store.ts'
import { findTable, tableWithId } from './catalog.ts'
import { foreignKeysTo } from './constraints.ts'
import { type Column, type ForeignKey, isSameName, type Table } from './table.ts'

/**
 * Resolves what a foreign key refers to.
 *
 * @throws SqlError 1767 and 1769 to 1776 for tables, columns and keys that are not there, 1778 for columns of different
 *   types, 1785 for rows that a DELETE could reach in two ways
 */
export function foreignKey(
  store: Store,
  table: Table,
  definition: ForeignKeyDefinition & { name: string },
): ForeignKey {
  const { name, columns, references, cascades } = definition
  const parent = findTable(store, references.table)
  if (!parent) {
    throw new SqlError(
      1767,
      `Foreign key '${name}' references invalid table '${references.table.join('.')}'.`,
    )
  }
  const primary = parent.keys.find((key) => key.primary)
  if (references.columns.length === 0 && !primary) {
    const words = 'does not have a primary key defined on it'
    throw new SqlError(
      1773,
      `Foreign key '${name}' has implicit reference to object '${references.table.join('.')}' which ${words}.`,
    )
  }
  const targets = references.columns.length > 0 ? references.columns : (primary?.columns ?? [])
  checkColumns(table, parent, { name, columns, targets })
  if (cascades) checkCascade(store, table, parent, name)
  return {
    kind: 'foreign key',
    name,
    columns,
    references: { objectId: parent.objectId, columns: targets },
    cascades,
  }
}

function checkColumns(
  table: Table,
  parent: Table,
  { name, columns, targets }: { name: string; columns: string[]; targets: string[] },
): void {
  if (columns.length !== targets.length) {
    const words = 'Number of referencing columns in foreign key differs from number of referenced columns'
    throw new SqlError(8139, `${words}, table '${table.name}'.`)
  }
  const own = columns.map((column) => columnOrError(table, column, 1769, name, 'referencing'))
  const theirs = targets.map((column) => columnOrError(parent, column, 1770, name, 'referenced'))
  if (!parent.keys.some((key) => areSameNames(key.columns, targets))) {
    throw new SqlError(
      1776,
      `There are no primary or candidate keys in the referenced table '${parent.schema}.${parent.name}' that match the referencing column list in the foreign key '${name}'.`,
    )
  }
  for (const [index, column] of own.entries()) {
    const target = theirs[index]
    if (!target || nameOf(target.type) === nameOf(column.type)) continue
    throw new SqlError(
      1778,
      `Column '${parent.name}.${target.name}' is not the same data type as referencing column '${table.name}.${column.name}' in foreign key '${name}'.`,
    )
  }
}

function columnOrError(table: Table, name: string, number: number, key: string, role: string): Column {
  const column = table.columns.find((other) => isSameName(other.name, name))
  if (column) return column
  throw new SqlError(
    number,
    `Foreign key '${key}' references invalid column '${name}' in ${role} table '${table.name}'.`,
  )
}

function areSameNames(a: string[], b: string[]): boolean {
  const sorted = (names: string[]) => names.map((name) => name.toLowerCase()).toSorted()
  return sorted(a).join('\n') === sorted(b).join('\n')
}

// A row may not be reached by the cascade of one DELETE in two ways, nor by its own.
function checkCascade(store: Store, table: Table, parent: Table, name: string): void {
  const above = [parent.objectId, ...reach(parent.objectId, (id) => cascadesFrom(store, id))]
  const below = [table.objectId, ...reach(table.objectId, (id) => cascadesTo(store, id))]
  const twice = above.some((from) => {
    const reached = [from, ...reach(from, (id) => cascadesTo(store, id))]
    return below.some((id) => reached.includes(id))
  })
  if (!twice) return
  const words =
    'may cause cycles or multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION, or modify other FOREIGN KEY constraints.'
  throw new SqlError(1785, `Introducing FOREIGN KEY constraint '${name}' on table '${table.name}' ${words}`)
}

// The tables that cascades lead to, directly or through others. There are no circles: this very check keeps them out.
function reach(from: number, next: (id: number) => number[]): number[] {
  return next(from).flatMap((id) => [id, ...reach(id, next)])
}

function cascadesTo(store: Store, objectId: number): number[] {
  return foreignKeysTo(store, tableWithId(store, objectId)).flatMap((reference) =>
    reference.foreignKey.cascades ? [reference.objectId] : [],
  )
}

function cascadesFrom(store: Store, objectId: number): number[] {
  return tableWithId(store, objectId).foreignKeys.flatMap(({ cascades, references }) =>
    cascades ? [references.objectId] : [],
  )
}
