// Reads what CREATE TABLE and ALTER TABLE say about columns and constraints.
import { condition } from './conditions.ts'
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  inBrackets,
  isSymbol,
  isWord,
  list,
  name,
  next,
  outsideSubset,
  path,
  peek,
  textOf,
  unexpected,
} from './cursor.ts'
import { expression } from './expressions.ts'
import type { AddedColumn, ConstraintDefinition, Identity } from './syntax.ts'
import { typeInDeclaration } from './types.ts'

export interface TableElements {
  columns: AddedColumn[]
  constraints: ConstraintDefinition[]
}

/** Reads the columns and constraints of a table, with commas between them. */
export function tableElements(cursor: Cursor): TableElements {
  const elements: TableElements = { columns: [], constraints: [] }
  list(cursor, () => {
    if (startsConstraint(cursor)) elements.constraints.push(constraint(cursor, undefined))
    else elements.columns.push(column(cursor, elements.constraints))
  })
  return elements
}

// A column may carry its own constraints: Id int NOT NULL CONSTRAINT PK_Products PRIMARY KEY.
function column(cursor: Cursor, constraints: ConstraintDefinition[]): AddedColumn {
  const columnName = name(cursor)
  if (isWord(cursor, 'AS')) throw outsideSubset(cursor, 'computed columns')
  const type = typeInDeclaration(cursor)
  const definition: AddedColumn = { name: columnName, type, nullable: true, withValues: false }
  for (;;) {
    if (accept(cursor, 'NOT', 'NULL')) definition.nullable = false
    else if (accept(cursor, 'IDENTITY')) identify(definition, cursor)
    else if (accept(cursor, 'WITH', 'VALUES')) definition.withValues = true
    else if (startsConstraint(cursor)) constraints.push(constraint(cursor, columnName))
    else if (!accept(cursor, 'NULL')) return definition
  }
}

function identify(definition: AddedColumn, cursor: Cursor): void {
  definition.identity = isSymbol(cursor, '(') ? inBrackets(cursor, identity) : { seed: 1n, increment: 1n }
  if (definition.type.name === 'decimal')
    throw outsideSubset(cursor, 'an identity column of the type decimal')
  // https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql-identity-property
  definition.nullable = false
  if (accept(cursor, 'NOT', 'FOR', 'REPLICATION')) throw outsideSubset(cursor, 'NOT FOR REPLICATION')
}

function identity(cursor: Cursor): Identity {
  const seed = wholeNumber(cursor)
  expect(cursor, ',')
  return { seed, increment: wholeNumber(cursor) }
}

function wholeNumber(cursor: Cursor): bigint {
  const sign = accept(cursor, '-') ? -1n : 1n
  if (peek(cursor).kind !== 'number' || !/^\d+$/.test(peek(cursor).value)) throw unexpected(cursor)
  return sign * BigInt(next(cursor).value)
}

function startsConstraint(cursor: Cursor): boolean {
  return ['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'DEFAULT', 'FOREIGN', 'REFERENCES'].some((word) =>
    isWord(cursor, word),
  )
}

/** @param column the column that carries the constraint; undefined for one of the table */
function constraint(cursor: Cursor, column: string | undefined): ConstraintDefinition {
  const constraintName = accept(cursor, 'CONSTRAINT') ? name(cursor) : undefined
  if (isWord(cursor, 'PRIMARY') || isWord(cursor, 'UNIQUE')) return key(cursor, constraintName, column)
  if (accept(cursor, 'CHECK')) {
    if (isWord(cursor, 'NOT')) throw outsideSubset(cursor, 'NOT FOR REPLICATION')
    return {
      kind: 'check',
      name: constraintName,
      condition: inBrackets(cursor, () => textOf(cursor, condition)),
    }
  }
  if (accept(cursor, 'DEFAULT')) {
    const value = textOf(cursor, expression)
    if (column === undefined) expect(cursor, 'FOR')
    return { kind: 'default', name: constraintName, column: column ?? name(cursor), value }
  }
  return foreignKey(cursor, constraintName, column)
}

function key(
  cursor: Cursor,
  constraintName: string | undefined,
  column: string | undefined,
): ConstraintDefinition {
  const primary = accept(cursor, 'PRIMARY', 'KEY')
  if (!primary) expect(cursor, 'UNIQUE')
  const clustered = clustering(cursor)
  const columns = column === undefined || isSymbol(cursor, '(') ? indexColumns(cursor) : [column]
  return { kind: 'key', name: constraintName, primary, columns, ...clustered }
}

/** Reads how the rows of an index are kept, if that is said. */
export function clustering(cursor: Cursor): { clustered?: boolean } {
  const word = acceptOneOf(cursor, 'CLUSTERED', 'NONCLUSTERED')
  return word ? { clustered: word === 'CLUSTERED' } : {}
}

/** Reads the columns of a key or an index. Their direction only matters for speed. */
export function indexColumns(cursor: Cursor): string[] {
  return inBrackets(cursor, () =>
    list(cursor, () => {
      const column = name(cursor)
      acceptOneOf(cursor, 'ASC', 'DESC')
      return column
    }),
  )
}

function foreignKey(
  cursor: Cursor,
  constraintName: string | undefined,
  column: string | undefined,
): ConstraintDefinition {
  const named = accept(cursor, 'FOREIGN', 'KEY') && (column === undefined || isSymbol(cursor, '('))
  const columns = named || column === undefined ? inBrackets(cursor, names) : [column]
  expect(cursor, 'REFERENCES')
  const references = { table: path(cursor), columns: isSymbol(cursor, '(') ? inBrackets(cursor, names) : [] }
  let cascades = false
  while (accept(cursor, 'ON')) {
    const event = acceptOneOf(cursor, 'DELETE', 'UPDATE')
    if (!event) throw unexpected(cursor)
    if (accept(cursor, 'NO', 'ACTION')) continue
    if (event === 'UPDATE' || !accept(cursor, 'CASCADE')) {
      throw outsideSubset(cursor, `ON ${event} ${peek(cursor).value.toUpperCase()} of a foreign key`)
    }
    cascades = true
  }
  return { kind: 'foreign key', name: constraintName, columns, references, cascades }
}

function names(cursor: Cursor): string[] {
  return list(cursor, name)
}
