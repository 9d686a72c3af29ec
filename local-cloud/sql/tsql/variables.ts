// Reads DECLARE and SET.
import {
  accept,
  acceptOneOf,
  type Cursor,
  expect,
  isName,
  isWord,
  list,
  next,
  outsideSubset,
  path,
  peek,
  unexpected,
  variable,
} from './cursor.ts'
import { expression } from './expressions.ts'
import type { Expression, Parsed } from './syntax.ts'
import { typeInDeclaration } from './types.ts'
import { compoundOperator } from './writes.ts'

export function declare(cursor: Cursor): Parsed {
  if (isName(cursor) && isWord(cursor, 'CURSOR', 1)) throw outsideSubset(cursor, 'a CURSOR')
  const variables = list(cursor, () => {
    const name = variable(cursor)
    accept(cursor, 'AS')
    const type = typeInDeclaration(cursor)
    return { name, type, value: accept(cursor, '=') ? expression(cursor) : undefined }
  })
  return { kind: 'declare', variables }
}

export function set(cursor: Cursor): Parsed {
  if (peek(cursor).kind === 'variable') {
    const name = variable(cursor)
    const operator = compoundOperator(cursor)
    if (!operator) expect(cursor, '=')
    const value = expression(cursor)
    if (!operator) return { kind: 'set variable', name, value }
    const left: Expression = { kind: 'variable', name }
    return { kind: 'set variable', name, value: { kind: 'arithmetic', operator, left, right: value } }
  }
  if (accept(cursor, 'IDENTITY_INSERT')) {
    const table = path(cursor)
    const value = acceptOneOf(cursor, 'ON', 'OFF')
    if (!value) throw unexpected(cursor)
    return { kind: 'set identity insert', table, on: value === 'ON' }
  }
  if (accept(cursor, 'TRANSACTION', 'ISOLATION', 'LEVEL')) {
    return { kind: 'set option', option: 'TRANSACTION ISOLATION LEVEL', value: isolationLevel(cursor) }
  }
  const option = next(cursor).value.toUpperCase()
  const allowed = options[option]
  if (!allowed) throw outsideSubset(cursor, `SET ${option}`)
  const value = optionValue(cursor)
  if (allowed === 'number' && !/^-?\d+$/.test(value)) throw unexpected(cursor)
  if (Array.isArray(allowed) && !allowed.includes(value))
    throw outsideSubset(cursor, `SET ${option} ${value}`)
  return { kind: 'set option', option, value }
}

// The options that drivers set when they log in. This server has one behaviour for each, and refuses other values.
const options: Record<string, string[] | 'number' | 'any'> = {
  NOCOUNT: ['ON', 'OFF'],
  XACT_ABORT: ['ON', 'OFF'],
  ANSI_NULLS: ['ON'],
  ANSI_NULL_DFLT_ON: ['ON'],
  ANSI_PADDING: ['ON'],
  ANSI_WARNINGS: ['ON'],
  ARITHABORT: ['ON', 'OFF'],
  CONCAT_NULL_YIELDS_NULL: ['ON'],
  CURSOR_CLOSE_ON_COMMIT: ['OFF'],
  IMPLICIT_TRANSACTIONS: ['ON', 'OFF'],
  NUMERIC_ROUNDABORT: ['OFF'],
  QUOTED_IDENTIFIER: ['ON'],
  DATEFIRST: ['7'],
  DATEFORMAT: ['MDY'],
  LANGUAGE: ['US_ENGLISH', 'ENGLISH'],
  LOCK_TIMEOUT: 'number',
  TEXTSIZE: 'any',
}

function optionValue(cursor: Cursor): string {
  const sign = accept(cursor, '-') ? '-' : ''
  const token = peek(cursor)
  if (!isName(cursor) && !['ON', 'OFF'].includes(token.value.toUpperCase()) && token.kind !== 'number') {
    throw unexpected(cursor)
  }
  return sign + next(cursor).value.toUpperCase()
}

function isolationLevel(cursor: Cursor): string {
  const levels = [
    ['READ', 'UNCOMMITTED'],
    ['READ', 'COMMITTED'],
    ['REPEATABLE', 'READ'],
    ['SNAPSHOT'],
    ['SERIALIZABLE'],
  ]
  const level = levels.find((words) => accept(cursor, ...words))
  if (!level) throw unexpected(cursor)
  return level.join(' ')
}
