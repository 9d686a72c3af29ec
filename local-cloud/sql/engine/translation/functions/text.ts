// Translates the functions of text.
// https://learn.microsoft.com/sql/t-sql/functions/string-functions-transact-sql
import { familyOf, int, isText, MAX, nvarchar, type SqlType, varchar } from '../../../model/types.ts'
import { type Context, outsideSubset, type Typed } from '../context.ts'
import {
  asInteger,
  asText,
  given,
  onText,
  positionType,
  type SqlFunction,
  taking,
  takingMany,
  textType,
} from './arguments.ts'

const MOST_BYTES = 8000

export const textFunctions: Record<string, SqlFunction> = {
  LEN: taking(1, ([text]) => measured('text_length', asText(text))),
  DATALENGTH: taking(1, ([value], context) => dataLength(given(value), context)),
  LOWER: taking(1, ([text]) => onText('text_lower', text, kindOf(text))),
  UPPER: taking(1, ([text]) => onText('text_upper', text, kindOf(text))),
  LTRIM: { counts: [1, 2], translate: (values, context) => trimmed('ltrim', values, context) },
  RTRIM: { counts: [1, 2], translate: (values, context) => trimmed('rtrim', values, context) },
  TRIM: taking(1, ([text]) => onText('trim', text)),
  REVERSE: taking(1, ([text]) => onText('text_reverse', text)),
  LEFT: taking(2, ([text, length]) => onText('text_left', text, asInteger(length))),
  RIGHT: taking(2, ([text, length]) => onText('text_right', text, asInteger(length))),
  SUBSTRING: taking(3, ([text, start, length]) =>
    onText('text_substring', text, asInteger(start), asInteger(length)),
  ),
  STUFF: taking(4, stuff),
  REPLACE: taking(3, (texts) => joinedTexts('text_replace', texts, MOST_BYTES)),
  TRANSLATE: taking(3, ([text, from, to]) =>
    onText('text_translate', text, asText(from).sql, asText(to).sql),
  ),
  REPLICATE: taking(2, ([text, times]) => {
    const repeated = asText(text)
    const type = textType([repeated], MOST_BYTES)
    return { sql: `text_replicate(${repeated.sql}, ${asInteger(times)}, ${limitOf(type)})`, type }
  }),
  SPACE: taking(1, ([times]) => ({
    sql: `text_replicate(' ', ${asInteger(times)}, ${MOST_BYTES})`,
    type: varchar(MOST_BYTES),
  })),
  QUOTENAME: { counts: [1, 2], translate: quoteName },
  CHARINDEX: { counts: [2, 3], translate: charIndex },
  PATINDEX: taking(2, ([pattern, text]) => ({
    sql: `text_pattern_index(${asText(pattern).sql}, ${asText(text).sql})`,
    type: positionType(asText(text)),
  })),
  ASCII: taking(1, ([text]) => ({ sql: `text_ascii(${asText(text).sql})`, type: int })),
  UNICODE: taking(1, ([text]) => ({ sql: `unicode(nullif(${asText(text).sql}, ''))`, type: int })),
  CHAR: taking(1, ([code]) => ({ sql: `text_char(${asInteger(code)})`, type: varchar(1) })),
  NCHAR: taking(1, ([code]) => ({ sql: `text_nchar(${asInteger(code)})`, type: nvarchar(1) })),
  CONCAT: takingMany(2, (values) => concat(values.map(asText))),
  CONCAT_WS: takingMany(3, concatWithSeparator),
}

// In quotation marks, as an argument.
function kindOf(text: Typed | undefined): string {
  return `'${asText(text).type.name}'`
}

function trimmed(work: string, [text, characters]: Typed[], context: Context): Typed {
  if (characters) throw outsideSubset(context, `${work.toUpperCase()} of other characters than blanks`)
  return onText(work, text)
}

function measured(work: string, text: Typed): Typed {
  return { sql: `${work}(${text.sql})`, type: positionType(text) }
}

function limitOf(type: SqlType): number {
  return type.length === MAX ? 2 ** 31 : type.length
}

// Of a type of fixed size it is that size.
const sizes: Partial<Record<SqlType['name'], number>> = {
  bit: 1,
  tinyint: 1,
  smallint: 2,
  int: 4,
  bigint: 8,
  real: 4,
  float: 8,
  date: 3,
  smalldatetime: 4,
  datetime: 8,
  uniqueidentifier: 16,
}

function dataLength(value: Typed, context: Context): Typed {
  const { sql, type } = value
  if (value.isNull) return { sql: 'NULL', type: int }
  if (isText(type)) return measured(type.name === 'nvarchar' ? '2 * text_units' : 'text_units', value)
  if (familyOf(type) === 'binary') return measured('length', value)
  const size = sizes[type.name]
  if (size === undefined) throw outsideSubset(context, `DATALENGTH of the type ${type.name}`)
  return { sql: `CASE WHEN ${sql} IS NOT NULL THEN ${size} END`, type: int }
}

function joinedTexts(work: string, values: Typed[], length: number): Typed {
  const texts = values.map(asText)
  const type = textType(texts, length)
  const sql = `${work}(${texts.map((text) => text.sql).join(', ')})`
  return { sql: `text_slice(${sql}, 0, ${limitOf(type)})`, type }
}

function stuff([text, start, length, inserted]: Typed[]): Typed {
  const texts = [asText(text), asText(inserted)]
  const type = textType(
    texts,
    texts.reduce((sum, { type: { length: most } }) => sum + most, 0),
  )
  const values = [texts[0]?.sql, asInteger(start), asInteger(length), `ifnull(${texts[1]?.sql}, '')`]
  return { sql: `text_slice(text_stuff(${values.join(', ')}), 0, ${limitOf(type)})`, type }
}

function quoteName([text, quote]: Typed[]): Typed {
  return { sql: `text_quote(${asText(text).sql}, ${quote ? asText(quote).sql : "'['"})`, type: nvarchar(258) }
}

function charIndex([part, text, start]: Typed[]): Typed {
  const from = start ? asInteger(start) : '1'
  return {
    sql: `text_index(${asText(part).sql}, ${asText(text).sql}, ${from})`,
    type: positionType(asText(text)),
  }
}

function concat(texts: Typed[]): Typed {
  const sql = texts.map((text) => `ifnull(${text.sql}, '')`).join(' || ')
  const type = textType(
    texts,
    texts.reduce((sum, text) => sum + text.type.length, 0),
  )
  return { sql: `text_slice(${sql}, 0, ${limitOf(type)})`, type }
}

function concatWithSeparator([separator, ...values]: Typed[]): Typed {
  const [between, texts] = [asText(separator), values.map(asText)]
  const length = texts.reduce((sum, text) => sum + text.type.length + between.type.length, 0)
  const type = textType([between, ...texts], length)
  const sql = `concat_ws(ifnull(${between.sql}, ''), ${texts.map((text) => text.sql).join(', ')})`
  return { sql: `text_slice(${sql}, 0, ${limitOf(type)})`, type }
}
