// What the functions share: how many arguments they take, and which types these are converted to.
import { SqlError } from '../../../model/errors.ts'
import { bigint, familyOf, int, isText, MAX, nvarchar, type SqlType, varchar } from '../../../model/types.ts'
import { type Context, converted, type Typed } from '../context.ts'

export interface SqlFunction {
  /** The least and the greatest number of arguments. */
  counts: [least: number, most: number]
  /** @param part the word before the arguments of DATEADD and its like */
  translate(values: Typed[], context: Context, part?: string): Typed
}

/** A function with a fixed number of arguments. */
export function taking(count: number, translate: SqlFunction['translate']): SqlFunction {
  return { counts: [count, count], translate }
}

/** A function that takes any number of arguments from `least` on. */
export function takingMany(least: number, translate: SqlFunction['translate']): SqlFunction {
  return { counts: [least, 254], translate }
}

const none: Typed = { sql: 'NULL', type: int, isNull: true }

/** An argument that the number of arguments makes sure of. */
export function given(value: Typed | undefined): Typed {
  return value ?? none
}

// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql
const widths: Partial<Record<ReturnType<typeof familyOf>, number>> = {
  integer: 20,
  decimal: 41,
  float: 24,
  moment: 30,
  time: 16,
  zoned: 34,
  guid: 36,
}

/** Converts to text, unless it is text already. */
export function asText(value: Typed | undefined): Typed {
  const known = given(value)
  if (known.isNull) return { sql: 'NULL', type: varchar(1) }
  if (isText(known.type)) return known
  return converted(known, varchar(widths[familyOf(known.type)] ?? MAX))
}

/** Calls a function of SQLite for a text, and gives a text of the same type. */
export function onText(work: string, value: Typed | undefined, ...more: (string | undefined)[]): Typed {
  const text = asText(value)
  return { sql: `${work}(${[text.sql, ...more].join(', ')})`, type: text.type }
}

/** nvarchar when one of the texts is, otherwise varchar; of this length or, when it is too great, of the greatest. */
export function textType(texts: Typed[], length: number): SqlType {
  const isUnicode = texts.some(({ type }) => type.name === 'nvarchar')
  if (texts.some((text) => text.type.length === MAX)) return isUnicode ? nvarchar(MAX) : varchar(MAX)
  return isUnicode ? nvarchar(Math.min(length, 4000)) : varchar(Math.min(length, 8000))
}

export function asInteger(value: Typed | undefined): string {
  return converted(given(value), bigint).sql
}

/** The type of a position in a text. */
export function positionType({ type }: Typed): SqlType {
  return type.length === MAX ? bigint : int
}

/** @throws SqlError 8116 */
export function invalidArgument({ type }: Typed, position: number, name: string): SqlError {
  return new SqlError(
    8116,
    `Argument data type ${type.name} is invalid for argument ${position} of ${name} function.`,
  )
}
