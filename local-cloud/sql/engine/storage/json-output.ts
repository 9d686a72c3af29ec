// Writes JSON as FOR JSON does.
// https://learn.microsoft.com/sql/relational-databases/json/how-for-json-converts-sql-server-data-types-to-json-data-types-sql-server
import { digitsOf } from '../../model/decimals.ts'
import { NOT_IMITATED, SqlError } from '../../model/errors.ts'
import { dateOf, fractionOf } from '../../model/temporal.ts'
import { familyOf, type SqlType, type Value } from '../../model/types.ts'
import { decimalToText } from './decimals.ts'

/** Writes one value. */
export function jsonOf(value: Exclude<Value, null>, type: SqlType): string {
  if (value instanceof Uint8Array) return quoted(Buffer.from(value).toString('base64'))
  if (familyOf(type) === 'zoned' || familyOf(type) === 'time') {
    throw new SqlError(NOT_IMITATED, `The local database does not imitate the type ${type.name} in FOR JSON.`)
  }
  if (typeof value === 'number') return floatToJson(value)
  switch (familyOf(type)) {
    case 'decimal':
      return decimalToText(digitsOf(value), type.scale)
    case 'integer':
      return type.name === 'bit' ? String(value === 1n) : String(value)
    case 'moment':
      return quoted(momentToJson(BigInt(value), type))
    default:
      return quoted(String(value))
  }
}

// SQL Server escapes the slash too.
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('/', '\\/')
}

function floatToJson(value: number): string {
  return value
    .toExponential(15)
    .replace(/e([+-])(\d+)$/, (_, sign, digits) => `e${sign}${digits.padStart(3, '0')}`)
}

// A fraction of zero is left away.
function momentToJson(ticks: bigint, type: SqlType): string {
  const iso = dateOf(ticks).toISOString()
  if (type.name === 'date') return iso.slice(0, 10)
  const fraction = fractionOf(ticks, type)
  return iso.slice(0, 19) + (/[1-9]/.test(fraction) ? `.${fraction}` : '')
}

/**
 * Writes an object of values that are JSON already. A name with dots makes objects inside.
 *
 * @param keepsNull whether NULL is written at all
 */
export function jsonObject(names: string, keepsNull: bigint, ...values: (string | null)[]): string {
  const paths: string[] = JSON.parse(names)
  const object: JsonObject = {}
  for (const [index, path] of paths.entries()) {
    const value = values[index] ?? (keepsNull ? 'null' : undefined)
    if (value === undefined) continue
    const steps = path.split('.')
    const last = steps.pop() ?? ''
    objectAt(object, steps)[`.${last}`] = value
  }
  return written(object)
}

/** Its keys begin with a dot, so that a property called 1 keeps its place. */
interface JsonObject {
  [key: string]: string | JsonObject
}

function objectAt(object: JsonObject, steps: string[]): JsonObject {
  return steps.reduce((inner, step) => {
    const known = inner[`.${step}`]
    if (typeof known === 'object') return known
    const made: JsonObject = {}
    inner[`.${step}`] = made
    return made
  }, object)
}

function written(object: JsonObject): string {
  const properties = Object.entries(object).map(
    ([key, value]) => `${quoted(key.slice(1))}:${typeof value === 'string' ? value : written(value)}`,
  )
  return `{${properties.join(',')}}`
}

/** Puts the objects into an array, and the array under a name, as the clause wants. */
export function jsonDocument(objects: string, root: string, hasArray: bigint): string {
  const list = hasArray ? `[${objects}]` : objects
  return root === '' ? list : `{${quoted(root)}:${list}}`
}
