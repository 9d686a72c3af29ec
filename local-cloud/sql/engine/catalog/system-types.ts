// The data types that SQL Server lists in sys.types, and what it says of the size of a column.
// https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-types-transact-sql
import { isText, type SqlType } from '../../model/types.ts'

type SystemType = [
  name: string,
  id: number,
  userTypeId: number,
  length: number,
  precision: number,
  scale: number,
]

export const systemTypes: SystemType[] = [
  ['image', 34, 34, 16, 0, 0],
  ['text', 35, 35, 16, 0, 0],
  ['uniqueidentifier', 36, 36, 16, 0, 0],
  ['date', 40, 40, 3, 10, 0],
  ['time', 41, 41, 5, 16, 7],
  ['datetime2', 42, 42, 8, 27, 7],
  ['datetimeoffset', 43, 43, 10, 34, 7],
  ['tinyint', 48, 48, 1, 3, 0],
  ['smallint', 52, 52, 2, 5, 0],
  ['int', 56, 56, 4, 10, 0],
  ['smalldatetime', 58, 58, 4, 16, 0],
  ['real', 59, 59, 4, 24, 0],
  ['money', 60, 60, 8, 19, 4],
  ['datetime', 61, 61, 8, 23, 3],
  ['float', 62, 62, 8, 53, 0],
  ['sql_variant', 98, 98, 8016, 0, 0],
  ['ntext', 99, 99, 16, 0, 0],
  ['bit', 104, 104, 1, 1, 0],
  ['decimal', 106, 106, 17, 38, 38],
  ['numeric', 108, 108, 17, 38, 38],
  ['smallmoney', 122, 122, 4, 10, 4],
  ['bigint', 127, 127, 8, 19, 0],
  ['hierarchyid', 240, 128, 892, 0, 0],
  ['geometry', 240, 129, -1, 0, 0],
  ['geography', 240, 130, -1, 0, 0],
  ['varbinary', 165, 165, 8000, 0, 0],
  ['varchar', 167, 167, 8000, 0, 0],
  ['binary', 173, 173, 8000, 0, 0],
  ['char', 175, 175, 8000, 0, 0],
  ['timestamp', 189, 189, 8, 0, 0],
  ['sysname', 231, 256, 256, 0, 0],
  ['nvarchar', 231, 231, 8000, 0, 0],
  ['nchar', 239, 239, 8000, 0, 0],
  ['xml', 241, 241, -1, 0, 0],
]

export const COLLATION_NAME = 'SQL_Latin1_General_CP1_CI_AS'

/** What sys.columns says of a type: its id, its greatest size in bytes, -1 for MAX, its precision and its scale. */
export function columnSizes(type: SqlType) {
  const [, id = 0, , length = 0, precision = 0, scale = 0] =
    systemTypes.find(([name]) => name === type.name) ?? []
  const own = sizesOf(type) ?? { length, precision, scale }
  return {
    typeId: BigInt(id),
    length: BigInt(own.length),
    precision: BigInt(own.precision),
    scale: BigInt(own.scale),
    collation: isText(type) ? COLLATION_NAME : null,
  }
}

// https://learn.microsoft.com/sql/t-sql/data-types/decimal-and-numeric-transact-sql
const decimalBytes = [
  [9, 5],
  [19, 9],
  [28, 13],
  [38, 17],
] as const

// https://learn.microsoft.com/sql/t-sql/data-types/time-transact-sql
const timeBytes = [
  [2, 3],
  [4, 4],
  [7, 5],
] as const

/** What a date and an offset add to the bytes of a time, and how many characters there are without a fraction. */
const momentSizes: Partial<Record<SqlType['name'], [bytes: number, characters: number]>> = {
  time: [0, 8],
  datetime2: [3, 19],
  datetimeoffset: [5, 26],
}

function sizesOf({ name, length, precision, scale }: SqlType) {
  if (length > 0) {
    const bytes = name === 'nvarchar' ? 2 * length : length
    return { length: Number.isFinite(bytes) ? bytes : -1, precision: 0, scale: 0 }
  }
  if (name === 'decimal') return { length: bytesFor(precision, decimalBytes), precision, scale }
  const [bytes, characters] = momentSizes[name] ?? []
  if (bytes === undefined || characters === undefined) return undefined
  const fraction = scale === 0 ? 0 : 1 + scale
  return { length: bytes + bytesFor(scale, timeBytes), precision: characters + fraction, scale }
}

function bytesFor(digits: number, steps: readonly (readonly [most: number, bytes: number])[]): number {
  return steps.find(([most]) => digits <= most)?.[1] ?? 0
}
