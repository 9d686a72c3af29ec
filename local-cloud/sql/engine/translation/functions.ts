// The functions of T-SQL that this database knows.
import { roundedMoment, ticksOf } from '../../model/temporal.ts'
import { bigint, datetime, datetime2, int, isText, MAX, nvarchar, type SqlType } from '../../model/types.ts'
import { parsePath } from '../../tsql/parser.ts'
import { findTable } from '../catalog/catalog.ts'
import { userId } from '../catalog/users.ts'
import { comparable } from '../storage/store.ts'
import {
  bind,
  type Context,
  commonTypeOf,
  constantValue,
  converted,
  outsideSubset,
  type Typed,
} from './context.ts'

type Translate = (values: Typed[], context: Context) => Typed

/** Translates a call, or says that the function is not known. */
export function callFunction(name: string, values: Typed[], context: Context): Typed {
  const known = functions[name]
  if (!known?.counts.includes(values.length) && !(known?.more && values.length > 2)) {
    throw outsideSubset(context, `the function ${name} with ${values.length} arguments`)
  }
  return known.translate(values, context)
}

interface Function {
  /** How many arguments there can be; `more` for any number above two. */
  counts: number[]
  more?: true
  translate: Translate
}

const functions: Record<string, Function> = {
  LEN: { counts: [1], translate: ([text]) => ({ sql: `text_length(${asText(text).sql})`, type: int }) },
  LOWER: { counts: [1], translate: ([text]) => onText('text_lower', text) },
  UPPER: { counts: [1], translate: ([text]) => onText('text_upper', text) },
  LTRIM: { counts: [1], translate: ([text]) => onText('ltrim', text) },
  RTRIM: { counts: [1], translate: ([text]) => onText('rtrim', text) },
  TRIM: { counts: [1], translate: ([text]) => onText('trim', text) },
  LEFT: { counts: [2], translate: ([text, length]) => onText('text_slice', text, '0', length?.sql) },
  SUBSTRING: {
    counts: [3],
    translate: ([text, start, length]) =>
      onText('text_slice', text, `${start?.sql} - 1`, `${start?.sql} - 1 + ${length?.sql}`),
  },
  REPLACE: { counts: [3], translate: replace },
  CHARINDEX: { counts: [2, 3], translate: charIndex },
  CONCAT: { counts: [2], more: true, translate: concat },
  ISNULL: { counts: [2], translate: isNull },
  COALESCE: { counts: [2], more: true, translate: coalesce },
  NULLIF: { counts: [2], translate: nullIf },
  SYSUTCDATETIME: { counts: [0], translate: (_, context) => now(context, datetime2(7)) },
  SYSDATETIME: { counts: [0], translate: (_, context) => now(context, datetime2(7)) },
  GETUTCDATE: { counts: [0], translate: (_, context) => now(context, datetime) },
  // The clock of Azure SQL stands at UTC.
  GETDATE: { counts: [0], translate: (_, context) => now(context, datetime) },
  DB_NAME: { counts: [0], translate: (_, context) => name(context, context.database) },
  USER_NAME: { counts: [0], translate: (_, context) => name(context, context.principal.name) },
  SUSER_SNAME: { counts: [0], translate: (_, context) => name(context, context.principal.login) },
  ORIGINAL_LOGIN: { counts: [0], translate: (_, context) => name(context, context.principal.login) },
  OBJECT_ID: { counts: [1, 2], translate: objectId },
  DATABASE_PRINCIPAL_ID: { counts: [1], translate: databasePrincipalId },
}

/** Translates @@VERSION and its like. */
export function globalVariable(variable: string, context: Context): Typed {
  switch (variable.toUpperCase()) {
    case '@@VERSION':
      return {
        sql: bind(context, 'Microsoft SQL Azure (RTM) - 12.0.2000.8, imitated by the local cloud'),
        type: nvarchar(300),
      }
    case '@@ROWCOUNT':
      return { sql: String(context.rowCount), type: int }
    case '@@TRANCOUNT':
      return { sql: String(context.transactionCount), type: int }
    default:
      throw outsideSubset(context, variable)
  }
}

function asText(value: Typed | undefined): Typed {
  if (!value) return { sql: 'NULL', type: nvarchar(1) }
  return isText(value.type) && !value.isNull ? value : converted(value, nvarchar(MAX))
}

function onText(work: string, value: Typed | undefined, ...more: (string | undefined)[]): Typed {
  const text = asText(value)
  return { sql: `${work}(${[text.sql, ...more].join(', ')})`, type: text.type }
}

function replace([text, part, replacement]: Typed[]): Typed {
  const replaced = onText('text_replace', text, asText(part).sql, asText(replacement).sql)
  return { ...replaced, type: nvarchar(MAX) }
}

function charIndex([part, text, start]: Typed[]): Typed {
  const from = start ? converted(start, bigint).sql : '1'
  return { sql: `text_index(${asText(part).sql}, ${asText(text).sql}, ${from})`, type: int }
}

function concat(values: Typed[]): Typed {
  const texts = values.map((value) => `ifnull(${asText(value).sql}, '')`)
  const length = values.reduce((sum, value) => sum + asText(value).type.length, 0)
  return { sql: `(${texts.join(' || ')})`, type: nvarchar(length) }
}

// ISNULL keeps the type of the first argument, and cuts the second to fit; COALESCE takes the type that suits all.
function isNull([value, instead]: Typed[]): Typed {
  if (!value || !instead || value.isNull) return instead ?? asText(value)
  return { sql: `ifnull(${value.sql}, ${converted(instead, value.type).sql})`, type: value.type }
}

function coalesce(values: Typed[]): Typed {
  const type = commonTypeOf(values)
  return { sql: `coalesce(${values.map((value) => converted(value, type).sql).join(', ')})`, type }
}

function nullIf(values: Typed[]): Typed {
  const type = commonTypeOf(values)
  const [a, b] = values.map((value) => comparable(converted(value, type).sql, type))
  return { sql: `CASE WHEN ${a} = ${b} THEN NULL ELSE ${values[0]?.sql} END`, type: values[0]?.type ?? type }
}

function now(context: Context, type: SqlType): Typed {
  return { sql: bind(context, roundedMoment(ticksOf(new Date()), type)), type }
}

function name(context: Context, value: string): Typed {
  return { sql: bind(context, value), type: nvarchar(128) }
}

function objectId([object, kind]: Typed[], context: Context): Typed {
  const path = object && constantValue(asText(object), context)
  const wanted = kind ? constantValue(asText(kind), context) : 'U'
  const table =
    wanted === 'U' && typeof path === 'string' ? findTable(context.store, parsePath(path)) : undefined
  return { sql: table ? String(table.objectId) : 'NULL', type: int }
}

function databasePrincipalId([user]: Typed[], context: Context): Typed {
  const wanted = user && constantValue(asText(user), context)
  const id = typeof wanted === 'string' ? userId(context.store, wanted) : undefined
  return { sql: id === undefined ? 'NULL' : String(id), type: int }
}
