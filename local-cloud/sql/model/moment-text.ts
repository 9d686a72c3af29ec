// Reads moments from text, in the forms that mean the same in every session of this server: the language is us_english and
// DATEFORMAT is mdy. https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql
import { NOT_IMITATED, SqlError } from './errors.ts'
import { isClassic, ticksOf } from './temporal.ts'
import type { SqlType } from './types.ts'

const DATES = [
  /^(?<year>\d{4,5})(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})(?=$|[ T])/,
  /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})(?=$|[ T])/,
  /^(?<month>\d{1,2})(?<mark>[-/.])(?<day>\d{1,2})\k<mark>(?<year>\d{4})(?=$| )/,
]
const TIME = /^(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:\.(?<fraction>\d{1,7}))?)?/
const ZONE = /^ ?(?:Z|[+-]\d{2}:\d{2})$/
/** What a time alone, or an empty text, belongs to. */
const DEFAULT_DATE = { year: '1900', month: '1', day: '1' }

type Fields = Partial<Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction', string>>

/**
 * Reads a moment. An offset to UTC is read over: what counts is the local time.
 *
 * @throws SqlError 241 or 295 for what is no date, 242 when a datetime cannot hold it, and one of the local database's own for
 *   forms that SQL Server reads and this does not, such as names of months
 */
export function momentFrom(text: string, type: SqlType, from: string): bigint {
  const fields = fieldsOf(text.trim(), type)
  const { year, month, day, hour = '0', minute = '0', second = '0', fraction = '' } = fields
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(second))
  const isReal =
    date.getUTCFullYear() === Number(year) &&
    date.getUTCDate() === Number(day) &&
    date.getUTCMonth() === Number(month) - 1 &&
    date.getUTCHours() === Number(hour) &&
    date.getUTCMinutes() === Number(minute) &&
    date.getUTCSeconds() === Number(second)
  if (!isReal || Number(year) < 1 || Number(year) > 9999) throw outOfRange(from, type)
  // Seven digits of a second are ticks.
  return ticksOf(date) + BigInt(fraction.padEnd(7, '0'))
}

function fieldsOf(text: string, type: SqlType): Fields {
  if (text === '') return DEFAULT_DATE
  const date = DATES.map((form) => form.exec(text)).find((match) => match !== null)
  const rest = text.slice(date?.[0].length ?? 0)
  const time = TIME.exec(date ? rest.slice(1) : rest)
  if (!time && (!date || rest !== '')) throw unreadable(text, type)
  const end = time ? rest.slice((date ? 1 : 0) + time[0].length) : ''
  if (end !== '') requireZone(end, text, type)
  const fields = { ...DEFAULT_DATE, ...date?.groups, ...time?.groups }
  // A datetime is read to the thousandth of a second, and refuses more digits.
  if (isClassic(type) && (time?.groups?.fraction?.length ?? 0) > 3) throw conversionFailed(type)
  return fields
}

function requireZone(end: string, text: string, type: SqlType): void {
  if (!ZONE.test(end)) throw unreadable(text, type)
  if (isClassic(type) && end !== 'Z') throw conversionFailed(type)
}

/** Whether a text could be a date in one of the forms that SQL Server reads. */
export function mayBeMoment(text: string): boolean {
  const month = /jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec/i
  return /\d/.test(text) && (/^[\d\s:/.,+-]*([TZ]|[ap]m)?[\d\s:.+-]*$/i.test(text) || month.test(text))
}

// Only text that cannot be a date in any form gets the error of SQL Server.
function unreadable(text: string, type: SqlType): SqlError {
  if (!mayBeMoment(text)) return conversionFailed(type)
  return new SqlError(
    NOT_IMITATED,
    `The local database does not imitate the form of the date '${text}'. Write yyyy-mm-ddThh:mm:ss.`,
  )
}

/** The error for text that is no moment. */
export function conversionFailed(type: SqlType): SqlError {
  if (type.name === 'smalldatetime') {
    const words = 'Conversion failed when converting character string to smalldatetime data type.'
    return new SqlError(295, words, { state: 3 })
  }
  return new SqlError(241, 'Conversion failed when converting date and/or time from character string.')
}

/** The error for a moment that its type cannot hold. */
export function outOfRange(from: string, type: SqlType): SqlError {
  if (!isClassic(type) && /char/.test(from)) return conversionFailed(type)
  return new SqlError(
    242,
    `The conversion of a ${from} data type to a ${type.name} data type resulted in an out-of-range value.`,
    { state: 3 },
  )
}
