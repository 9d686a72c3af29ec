// Functions that the translated SQL calls where SQLite itself would differ from SQL Server.
import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { SqlError } from '../../model/errors.ts'
import { type SqlType, typeFrom, type Value } from '../../model/types.ts'
import { calculateDecimal, calculateFloat, calculateInteger, negate } from './arithmetic.ts'
import { collationKey, type TextKind } from './collation.ts'
import { convert, orNull, tryConvert } from './convert.ts'
import { calculateDatetime } from './convert-moments.ts'
import { convertWithStyle } from './convert-styles.ts'
import {
  dateAdd,
  dateDifference,
  dateName,
  datePart,
  dateTruncated,
  endOfMonth,
  momentFromParts,
  smallDifference,
  timeFromParts,
} from './dates.ts'
import { jsonFunctions } from './json-functions.ts'
import { jsonDocument, jsonObject, jsonOf } from './json-output.ts'
import { isLike } from './like.ts'
import { absolute, finite, floatFunctions, power, rounded, signOf, wholeNumber } from './numbers.ts'
import { registerSums } from './sums.ts'
import { textFunctions } from './text.ts'
import { recursionStep, rowDistance } from './windows.ts'
import { offsetName, offsetOf, switchOffset, toOffset, zonedAdd } from './zoned-functions.ts'

type Known = Exclude<Value, null>

export function registerFunctions(sqlite: DatabaseSync): void {
  const types = new Map<string, SqlType>()
  const typeCalled = (name: string) => {
    const type = types.get(name) ?? typeFrom(name)
    types.set(name, type)
    return type
  }

  define(sqlite, 'collation_key', (text: string) => collationKey(text, 'nvarchar'))
  define(sqlite, 'collation_key_varchar', (text: string) => collationKey(text, 'varchar'))
  define(sqlite, 'is_like', (kind: TextKind, text: string, pattern: string, escapeWith: string) =>
    BigInt(isLike(kind, text, pattern, escapeWith)),
  )
  define(sqlite, 'convert_value', (value: Value, from: string, to: string) =>
    convert(value, typeCalled(from), typeCalled(to)),
  )
  define(sqlite, 'try_convert_value', (value: Value, from: string, to: string) =>
    tryConvert(value, typeCalled(from), typeCalled(to)),
  )
  define(sqlite, 'convert_with_style', (value: Known, from: string, to: string, style: bigint) =>
    convertWithStyle(value, typeCalled(from), typeCalled(to), Number(style)),
  )
  define(sqlite, 'try_convert_with_style', (value: Known, from: string, to: string, style: bigint) =>
    orNull(() => convertWithStyle(value, typeCalled(from), typeCalled(to), Number(style))),
  )
  sqlite.function('new_guid', () => randomUUID().toUpperCase())
  registerArithmetic(sqlite, typeCalled)
  sqlite.function('fail_for_several_values', () => {
    const reason =
      'This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.'
    throw new SqlError(512, `Subquery returned more than 1 value. ${reason}`)
  })
  registerTextFunctions(sqlite)
  registerNumberFunctions(sqlite, typeCalled)
  registerDateFunctions(sqlite, typeCalled)
  registerJsonFunctions(sqlite, typeCalled)
}

function registerArithmetic(sqlite: DatabaseSync, typeCalled: (name: string) => SqlType): void {
  define(sqlite, 'calculate_integer', (operator: string, a: bigint, b: bigint, type: string) =>
    calculateInteger(operator, a, b, typeCalled(type)),
  )
  define(sqlite, 'calculate_float', (operator: string, a: number, b: number, type: string) =>
    calculateFloat(operator, Number(a), Number(b), typeCalled(type)),
  )
  define(
    sqlite,
    'calculate_decimal',
    (operator: string, a: Known, scaleA: bigint, b: Known, scaleB: bigint, type: string) =>
      calculateDecimal(operator, [a, Number(scaleA)], [b, Number(scaleB)], typeCalled(type)),
  )
  define(sqlite, 'calculate_datetime', (operator: string, a: bigint, b: bigint, type: string) =>
    calculateDatetime(operator, a, b, typeCalled(type)),
  )
  define(sqlite, 'negate', (value: bigint, type: string) => negate(value, typeCalled(type)))
  registerSums(sqlite)
}

function registerJsonFunctions(sqlite: DatabaseSync, typeCalled: (name: string) => SqlType): void {
  for (const [name, work] of Object.entries(jsonFunctions)) define(sqlite, name, work)
  define(sqlite, 'json_of', (value: string, type: string) => jsonOf(value, typeCalled(type)))
  define(sqlite, 'json_document', jsonDocument)
  // NULL is a value here.
  sqlite.function(
    'json_properties',
    { useBigIntArguments: true, varargs: true },
    (names, keepsNull, ...values) =>
      jsonObject(String(names), BigInt(keepsNull as bigint), ...(values as (string | null)[])),
  )
}

function registerNumberFunctions(sqlite: DatabaseSync, typeCalled: (name: string) => SqlType): void {
  define(sqlite, 'number_absolute', (value: bigint, type: string) => absolute(value, typeCalled(type)))
  define(sqlite, 'number_sign', (value: bigint, type: string) => signOf(value, typeCalled(type)))
  define(sqlite, 'number_whole', (direction: 'up' | 'down', value: bigint, from: string, to: string) =>
    wholeNumber(direction, value, typeCalled(from), typeCalled(to)),
  )
  define(sqlite, 'number_rounded', (value: bigint, places: bigint, cuts: bigint, type: string) =>
    rounded(value, places, cuts, typeCalled(type)),
  )
  define(sqlite, 'number_power', (base: bigint, exponent: number, from: string, to: string) =>
    power(base, Number(exponent), typeCalled(from), typeCalled(to)),
  )
  define(sqlite, 'number_float', (name: string, value: number) =>
    finite(floatFunctions[name]?.(Number(value)) ?? Number.NaN),
  )
}

function registerDateFunctions(sqlite: DatabaseSync, typeCalled: (name: string) => SqlType): void {
  define(sqlite, 'date_add', (part: string, count: bigint, ticks: bigint, type: string) =>
    dateAdd(part, count, ticks, typeCalled(type)),
  )
  define(sqlite, 'moment_from_parts', (type: string, ...parts: bigint[]) =>
    momentFromParts(typeCalled(type), ...parts),
  )
  define(
    sqlite,
    'time_from_parts',
    (type: string, hour: bigint, minute: bigint, second: bigint, fraction: bigint) =>
      timeFromParts(typeCalled(type), hour, minute, second, fraction),
  )
  define(sqlite, 'date_difference', dateDifference)
  define(sqlite, 'date_difference_int', smallDifference)
  define(sqlite, 'zoned_add', (part: string, count: bigint, value: string, type: string) =>
    zonedAdd(part, count, value, typeCalled(type)),
  )
  define(sqlite, 'switch_offset', switchOffset)
  define(sqlite, 'to_offset', toOffset)
  define(sqlite, 'offset_of', offsetOf)
  define(sqlite, 'offset_name', offsetName)
  define(sqlite, 'date_part', datePart)
  define(sqlite, 'date_name', dateName)
  define(sqlite, 'date_truncated', dateTruncated)
  define(sqlite, 'end_of_month', endOfMonth)
}

function registerTextFunctions(sqlite: DatabaseSync): void {
  for (const [name, work] of Object.entries(textFunctions)) define(sqlite, name, work)
  define(sqlite, 'join_bytes', (a: Uint8Array, b: Uint8Array) => Buffer.concat([a, b]))
  define(sqlite, 'row_distance', rowDistance)
  define(sqlite, 'recursion_step', recursionStep)
}

// In SQL a function of NULL is NULL, with few exceptions: so these are never called with NULL.
function define(sqlite: DatabaseSync, name: string, work: (...values: never[]) => Value): void {
  sqlite.function(
    name,
    { deterministic: true, useBigIntArguments: true, varargs: true },
    (...values: Value[]) => (values.includes(null) ? null : work(...(values as never[]))),
  )
}
