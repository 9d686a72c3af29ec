// Translates the functions that give rows, and APPLY. SQLite lets no query in a FROM name the tables before it, but the
// argument of json_each may: so the rows travel as an array of JSON.
import { SqlError } from '../../model/errors.ts'
import { bigint, familyOf, int, isText, MAX, nameOf, nvarchar, type SqlType } from '../../model/types.ts'
import type { JsonColumn, TableFunction } from '../../tsql/syntax.ts'
import {
  bind,
  type Context,
  constantValue,
  converted,
  outsideSubset,
  type Relation,
  type RelationColumn,
  type Typed,
} from './context.ts'

/** @param values the translated arguments */
export function tableFunction(source: TableFunction, values: Typed[], context: Context): Relation {
  const relation =
    source.name === 'OPENJSON' ? openJson(source, values, context) : stringSplit(values, context)
  if (source.columns.length === 0) return relation
  if (source.columns.length !== relation.columns.length) throw outsideSubset(context, 'this list of columns')
  const columns = relation.columns.map((column, index) => ({
    ...column,
    name: source.columns[index] ?? column.name,
  }))
  return { ...relation, columns }
}

/** The rows of a query that names the tables before it. */
export function lateral({ sql, columns }: Relation, context: Context): Relation {
  if (columns.some(({ type }) => familyOf(type) === 'binary')) {
    throw outsideSubset(context, 'APPLY of a query with bytes')
  }
  const row = `json_array(${columns.map((_, index) => `c${index}`).join(', ')})`
  return {
    sql: `json_each((SELECT json_group_array(${row}) FROM (${sql})))`,
    columns: columns.map(({ name, type }, index) => inArray(name, type, index)),
  }
}

function inArray(name: string, type: SqlType, index: number): RelationColumn {
  return { name, type, expression: (alias) => `json_extract(${alias}.value, '$[${index}]')` }
}

// https://learn.microsoft.com/sql/t-sql/functions/openjson-transact-sql
function openJson(
  { schema, arguments: { length } }: TableFunction,
  values: Typed[],
  context: Context,
): Relation {
  if (length > 2) throw outsideSubset(context, 'OPENJSON with these arguments')
  const [text, path] = values.map((value) => converted(value, nvarchar(MAX)).sql)
  const rows = `(${text}, ${path ?? "'$'"})`
  if (schema.length > 0) {
    return {
      sql: `json_each(json_elements${rows})`,
      columns: schema.map((column) => columnOfSchema(column, context)),
    }
  }
  return {
    sql: `json_each(json_rows${rows})`,
    columns: [inArray('key', nvarchar(4000), 0), inArray('value', nvarchar(MAX), 1), inArray('type', int, 2)],
  }
}

function columnOfSchema({ name, type, path, isJson }: JsonColumn, context: Context): RelationColumn {
  const where = bind(context, path ?? `$.${JSON.stringify(name)}`)
  if (isJson && !(type.name === 'nvarchar' && type.length === MAX)) {
    throw new SqlError(
      13618,
      'AS JSON option can be specified only for column of nvarchar(max) type in WITH clause.',
      {
        class: 15,
      },
    )
  }
  const work = isJson ? 'json_fragment' : 'json_scalar_of_any_length'
  return { name, type, expression: (alias) => fitted(`${work}(${alias}.value, ${where})`, type) }
}

function fitted(sql: string, type: SqlType): string {
  const text = isText(type) && type.length !== MAX ? `text_within(${sql}, ${type.length})` : sql
  return `convert_value(${text}, 'nvarchar(max)', '${nameOf(type)}')`
}

// https://learn.microsoft.com/sql/t-sql/functions/string-split-transact-sql
function stringSplit(values: Typed[], context: Context): Relation {
  const [text, separator, ordinal] = values
  if (!text || !separator || values.length > 3)
    throw outsideSubset(context, 'STRING_SPLIT with these arguments')
  const type =
    separator.type.name === 'nvarchar' && isText(text.type) ? nvarchar(text.type.length) : text.type
  const value: RelationColumn = { name: 'value', type, expression: (alias) => `${alias}.value` }
  const position: RelationColumn = {
    name: 'ordinal',
    type: bigint,
    expression: (alias) => `${alias}.key + 1`,
  }
  const isNumbered = ordinal !== undefined && constantValue(ordinal, context) === 1n
  return {
    sql: `json_each(text_rows(${converted(text, nvarchar(MAX)).sql}, ${converted(separator, nvarchar(MAX)).sql}))`,
    columns: isNumbered ? [value, position] : [value],
  }
}
