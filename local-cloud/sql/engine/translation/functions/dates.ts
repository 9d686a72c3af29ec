// Translates the functions of dates.
// https://learn.microsoft.com/sql/t-sql/functions/date-and-time-data-types-and-functions-transact-sql
import { SqlError } from '../../../model/errors.ts'
import { isClassic } from '../../../model/temporal.ts'
import {
  bigint,
  datetime,
  datetime2,
  datetimeoffset,
  familyOf,
  int,
  isText,
  nameOf,
  nvarchar,
  type SqlType,
  smalldatetime,
  time,
  typeFrom,
} from '../../../model/types.ts'
import { bind, type Context, converted, outsideSubset, type Typed } from '../context.ts'
import { asInteger, given, invalidArgument, type SqlFunction, taking } from './arguments.ts'

const date = typeFrom('date')

export const dateFunctions: Record<string, SqlFunction> = {
  DATEADD: taking(2, ([count, moment], context, part) => {
    const known = knownPart('dateadd', part, ['tzoffset', 'iso_week'])
    const { sql, type } = momentOf(moment, 2, 'dateadd', datetime)
    requirePart('dateadd', known, type)
    const tooFine = known === 'microsecond' || known === 'nanosecond'
    if (tooFine && isClassic(type)) throw unsupportedPart('dateadd', known, type)
    const added = converted(given(count), int).sql
    const work = type.name === 'datetimeoffset' ? 'zoned_add' : 'date_add'
    return { sql: `${work}(${bind(context, known)}, ${added}, ${sql}, '${nameOf(type)}')`, type }
  }),
  DATEDIFF: taking(2, (values, context, part) =>
    difference('date_difference_int', int, values, context, part),
  ),
  DATEDIFF_BIG: taking(2, (values, context, part) =>
    difference('date_difference', bigint, values, context, part),
  ),
  DATEPART: taking(1, ([moment], context, part) =>
    field('date_part', int, 'datepart', moment, context, part),
  ),
  DATENAME: taking(1, ([moment], context, part) =>
    field('date_name', nvarchar(30), 'datename', moment, context, part),
  ),
  DATETRUNC: taking(1, ([moment], context, part) => {
    const known = knownPart('datetrunc', part, ['tzoffset', 'weekday', 'nanosecond'])
    if (known === 'iso_week') throw outsideSubset(context, 'DATETRUNC to an iso_week')
    const { sql, type } = momentOf(moment, 2, 'datetrunc', datetime2(7))
    requirePart('datetrunc', known, type)
    if (type.name === 'datetimeoffset') throw outsideSubset(context, 'DATETRUNC of a datetimeoffset')
    if (type.name === 'smalldatetime' && known.endsWith('second')) {
      throw outsideSubset(context, `DATETRUNC of a smalldatetime to the ${known}`)
    }
    return { sql: `date_truncated(${bind(context, known)}, ${sql})`, type }
  }),
  YEAR: taking(1, ([moment], context) => field('date_part', int, 'year', moment, context, 'year')),
  MONTH: taking(1, ([moment], context) => field('date_part', int, 'month', moment, context, 'month')),
  DAY: taking(1, ([moment], context) => field('date_part', int, 'day', moment, context, 'day')),
  EOMONTH: {
    counts: [1, 2],
    translate: ([moment, count], context) => {
      if (moment?.type.name === 'time') throw outsideSubset(context, 'EOMONTH of a time')
      const day = converted(given(moment), date).sql
      return { sql: `end_of_month(${day}, ${count ? converted(count, int).sql : '0'})`, type: date }
    },
  },
  SWITCHOFFSET: taking(2, ([moment, zone]) => {
    const known = given(moment)
    const value = known.type.name === 'datetimeoffset' ? known : converted(known, datetimeoffset(7))
    return { sql: `switch_offset(${value.sql}, ${zoneOf(zone)})`, type: value.type }
  }),
  TODATETIMEOFFSET: taking(2, ([moment, zone]) => {
    const known = given(moment)
    const local = known.type.name === 'datetime2' ? known : converted(known, datetime2(7))
    return { sql: `to_offset(${local.sql}, ${zoneOf(zone)})`, type: datetimeoffset(local.type.scale) }
  }),
  DATEFROMPARTS: taking(3, (parts) => fromParts(date, parts)),
  SMALLDATETIMEFROMPARTS: taking(5, (parts) => fromParts(smalldatetime, [...parts, { sql: '0', type: int }])),
  DATETIMEFROMPARTS: taking(7, ([...parts]) => {
    const [milliseconds] = parts.splice(6)
    return fromParts(datetime, parts, `${asInteger(milliseconds)} * 10000`)
  }),
  DATETIME2FROMPARTS: taking(8, ([...parts], context) => {
    const { scale, fraction } = fractionOf(parts.splice(6), context)
    return fromParts(datetime2(scale), parts, fraction)
  }),
  TIMEFROMPARTS: taking(5, ([...parts], context) => {
    const { scale, fraction } = fractionOf(parts.splice(3), context)
    const type = time(scale)
    const list = [...parts.map(asInteger), fraction]
    return { sql: `time_from_parts('${nameOf(type)}', ${list.join(', ')})`, type }
  }),
}

// The last two arguments of a function that makes a time: a fraction, and how many digits it has.
function fractionOf([fraction, precision]: Typed[], context: Context): { scale: number; fraction: string } {
  const scale = precision ? Number(precision.sql) : Number.NaN
  if (!Number.isInteger(scale) || scale > 7) {
    throw outsideSubset(context, 'a precision that is no constant from 0 to 7')
  }
  return { scale, fraction: `${asInteger(fraction)} * ${10 ** (7 - scale)}` }
}

// Text such as +02:00, or minutes.
function zoneOf(zone: Typed | undefined): string {
  return isText(given(zone).type) ? given(zone).sql : asInteger(zone)
}

const parts: Record<string, string[]> = {
  year: ['yy', 'yyyy'],
  quarter: ['qq', 'q'],
  month: ['mm', 'm'],
  dayofyear: ['dy', 'y'],
  day: ['dd', 'd'],
  week: ['wk', 'ww'],
  weekday: ['dw', 'w'],
  hour: ['hh'],
  minute: ['mi', 'n'],
  second: ['ss', 's'],
  millisecond: ['ms'],
  microsecond: ['mcs'],
  nanosecond: ['ns'],
  tzoffset: ['tz'],
  iso_week: ['isowk', 'isoww'],
}
const partsOfTime = ['hour', 'minute', 'second', 'millisecond', 'microsecond', 'nanosecond']

/** @throws SqlError 155 for a word that is no part of a date, 9810 for one that the function does not take */
function knownPart(name: string, word = '', refused: string[] = []): string {
  const known = Object.keys(parts).find((part) => part === word || parts[part]?.includes(word))
  if (!known) throw new SqlError(155, `'${word}' is not a recognized ${name} option.`, { class: 15 })
  if (refused.includes(known)) throw unsupportedPart(name, known, datetime)
  return known
}

function requirePart(name: string, part: string, type: SqlType): void {
  const fits = partsOfTime.includes(part) ? type.name !== 'date' : type.name !== 'time'
  if (!fits) throw unsupportedPart(name, part, type)
}

function unsupportedPart(name: string, part: string, type: SqlType): SqlError {
  return new SqlError(
    9810,
    `The datepart ${part} is not supported by date function ${name} for data type ${type.name}.`,
  )
}

// A text is read as the type that the function documents, a number as the days since 1900.
function momentOf(value: Typed | undefined, position: number, name: string, ofText: SqlType): Typed {
  const known = given(value)
  if (['moment', 'time', 'zoned'].includes(familyOf(known.type))) return known
  if (known.isNull || isText(known.type)) return converted(known, ofText)
  if (['integer', 'decimal', 'float'].includes(familyOf(known.type))) return converted(known, datetime)
  throw invalidArgument(known, position, name)
}

function difference(
  work: string,
  type: SqlType,
  [from, to]: Typed[],
  context: Context,
  part?: string,
): Typed {
  const known = knownPart('datediff', part, ['weekday', 'tzoffset', 'iso_week'])
  const values = [from, to].map((value, index) => momentOf(value, index + 2, 'datediff', datetime2(7)))
  if (values.some(({ type }) => type.name === 'datetimeoffset')) {
    throw outsideSubset(context, 'DATEDIFF of a datetimeoffset')
  }
  if (values.some(({ type: { name } }) => name === 'time') && !partsOfTime.includes(known)) {
    throw outsideSubset(context, `DATEDIFF of a time by ${known}`)
  }
  const moments = values.map((value) =>
    value.type.name === 'time' ? converted(value, datetime2(7)).sql : value.sql,
  )
  return { sql: `${work}(${bind(context, known)}, ${moments.join(', ')})`, type }
}

function field(
  work: string,
  type: SqlType,
  name: string,
  moment: Typed | undefined,
  context: Context,
  part?: string,
): Typed {
  const known = knownPart(name, part)
  if (known === 'tzoffset') return offsetField(work, type, given(moment), context)
  const value = inLocalTime(momentOf(moment, 2, name, datetime2(7)))
  requirePart(name, known, value.type)
  return { sql: `${work}(${bind(context, known)}, ${value.sql})`, type }
}

function offsetField(work: string, type: SqlType, moment: Typed, context: Context): Typed {
  if (moment.type.name !== 'datetimeoffset') throw outsideSubset(context, 'offsets of time zones')
  return { sql: `${work === 'date_name' ? 'offset_name' : 'offset_of'}(${moment.sql})`, type }
}

function inLocalTime(moment: Typed): Typed {
  return moment.type.name === 'datetimeoffset' ? converted(moment, datetime2(7)) : moment
}

function fromParts(type: SqlType, values: Typed[], fraction = '0'): Typed {
  const list = [...values.map(asInteger), ...(values.length > 3 ? [fraction] : [])]
  return { sql: `moment_from_parts('${nameOf(type)}', ${list.join(', ')})`, type }
}
