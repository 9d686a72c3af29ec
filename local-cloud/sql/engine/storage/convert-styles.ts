// Conversions between moments and text in the form that a style stands for.
// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#date-and-time-styles
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { conversionFailed, mayBeMoment } from '../../model/moment-text.ts'
import { dateOf, fractionOf } from '../../model/temporal.ts'
import { familyOf, isText, type SqlType, type Value } from '../../model/types.ts'
import { convert } from './convert.ts'

/** What each style makes of a date, a time and the digits of a fraction. A date has no time, and no type lacks a date. */
const written: Record<number, (date: string, time: string, fraction: string) => string> = {
  23: (date) => date,
  101: (date) => `${date.slice(5, 7)}/${date.slice(8)}/${date.slice(0, 4)}`,
  103: (date) => `${date.slice(8)}/${date.slice(5, 7)}/${date.slice(0, 4)}`,
  112: (date) => date.replaceAll('-', ''),
  120: (date, time) => (time ? `${date} ${time}` : date),
  121: (date, time, fraction) => (time ? `${date} ${time}${fraction && `.${fraction}`}` : date),
  126: isoMoment,
  // The Z of this style belongs to a datetimeoffset: other types have no time zone.
  127: isoMoment,
}

function isoMoment(date: string, time: string, fraction: string): string {
  const digits = /[1-9]/.test(fraction) ? `.${fraction}` : ''
  return time ? `${date}T${time}${digits}` : date
}

/** The forms of text that are read. A time may be missing: it is midnight then. */
const read: Record<number, RegExp> = {
  23: /^\d{4}-\d\d-\d\d$/,
  112: /^\d{8}$/,
  120: /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$/,
  121: /^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d{1,7})?)?$/,
  126: /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,7})?)?$/,
}

export function hasStyle(from: SqlType, to: SqlType, style: number): boolean {
  if (familyOf(from) === 'moment' && isText(to)) return style in written
  return isText(from) && familyOf(to) === 'moment' && style in read
}

/** @throws SqlError 241 or 242 for text that is no moment, 50000 for text in another form than that of the style */
export function convertWithStyle(
  value: Exclude<Value, null>,
  from: SqlType,
  to: SqlType,
  style: number,
): Value {
  if (isText(from)) return convert(textInStyle(String(value), to, style), from, to)
  const ticks = BigInt(value as bigint)
  const iso = dateOf(ticks).toISOString()
  const time = from.name === 'date' ? '' : iso.slice(11, 19)
  const text = written[style]?.(iso.slice(0, 10), time, fractionOf(ticks, from)) ?? ''
  return text.slice(0, to.length)
}

function textInStyle(text: string, type: SqlType, style: number): string {
  if (read[style]?.test(text)) return text
  if (text !== '' && !mayBeMoment(text)) throw conversionFailed(type)
  throw new SqlError(
    NOT_IMITATED,
    `The local database does not imitate the form of the date '${text}' in the style ${style} of a CONVERT.`,
  )
}
