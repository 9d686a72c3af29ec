// IDENTITY: the numbers that the database gives to new rows.
// https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql-identity-property
import { SqlError } from '../../model/errors.ts'
import { bigint, type Value } from '../../model/types.ts'
import { type Column, storedName, type Table } from '../catalog/table.ts'
import { convert } from '../storage/convert.ts'
import { quoted, type Store } from '../storage/store.ts'

export function identityColumn(table: Table): Column | undefined {
  return table.columns.find(({ identity }) => identity)
}

/** Gives the next numbers. They are used up, whatever becomes of the statement. */
export function nextIdentities(table: Table, column: Column, count: number, store: Store): bigint[] {
  const { seed, increment } = column.identity ?? { seed: 1n, increment: 1n }
  const last = lastIdentity(table, column, store)
  const first = last === undefined ? seed : last + increment
  const numbers = Array.from({ length: count }, (_, index) => first + BigInt(index) * increment)
  const final = numbers.at(-1)
  if (final === undefined) return []
  checkRange(final, column)
  store.identities.note(table.objectId, final)
  return numbers
}

/** Goes on from these values of the client's own, if they are further than the last number. */
export function continueFrom(table: Table, column: Column, values: Value[], store: Store): void {
  const given = values.filter((value) => typeof value === 'bigint')
  const last = furthest([...given, lastIdentity(table, column, store)], column)
  if (last !== undefined) store.identities.note(table.objectId, last)
}

function checkRange(number: bigint, { type }: Column): void {
  try {
    convert(number, bigint, type)
  } catch {
    throw new SqlError(8115, `Arithmetic overflow error converting IDENTITY to data type ${type.name}.`)
  }
}

// A rollback gives no number back. But that of TRUNCATE brings back rows, whose numbers count again.
function lastIdentity(table: Table, column: Column, store: Store): bigint | undefined {
  const extreme = (column.identity?.increment ?? 1n) < 0n ? 'min' : 'max'
  const [[stored] = []] = store.all(`SELECT ${extreme}(${quoted(column.name)}) FROM ${storedName(table)}`)
  return furthest(
    [store.identities.last(table.objectId), typeof stored === 'bigint' ? stored : undefined],
    column,
  )
}

function furthest(numbers: (bigint | undefined)[], column: Column): bigint | undefined {
  const falls = (column.identity?.increment ?? 1n) < 0n
  return numbers
    .filter((number) => number !== undefined)
    .reduce<bigint | undefined>(
      (far, number) => (far === undefined || (falls ? number < far : number > far) ? number : far),
      undefined,
    )
}
