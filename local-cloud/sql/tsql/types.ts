// Data types as T-SQL writes them: nvarchar(100), decimal(10, 2), varbinary(max).
import { MAX, type SqlType, typeNamed } from '../model/types.ts'
import { accept, type Cursor, expect, list, next, outsideSubset, path, peek, unexpected } from './cursor.ts'

const LENGTH_IN_CAST = 30
const LENGTH_ELSEWHERE = 1

export function typeInCast(cursor: Cursor): SqlType {
  return type(cursor, LENGTH_IN_CAST)
}

export function typeInDeclaration(cursor: Cursor): SqlType {
  return type(cursor, LENGTH_ELSEWHERE)
}

function type(cursor: Cursor, defaultLength: number): SqlType {
  const name = (path(cursor).at(-1) ?? '').toLowerCase()
  const numbers = accept(cursor, '(') ? numbersInBrackets(cursor) : []
  const known = typeNamed(name, numbers, defaultLength)
  if (!known) throw outsideSubset(cursor, `the type ${name}`)
  return known
}

function numbersInBrackets(cursor: Cursor): number[] {
  const numbers = list(cursor, () => {
    if (accept(cursor, 'MAX')) return MAX
    if (peek(cursor).kind !== 'number') throw unexpected(cursor)
    return Number(next(cursor).value)
  })
  expect(cursor, ')')
  return numbers
}
