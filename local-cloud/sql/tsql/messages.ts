// Reads the statements that send a message or an error: THROW, RAISERROR and PRINT.
import {
  accept,
  type Cursor,
  expect,
  isSymbol,
  list,
  next,
  outsideSubset,
  peek,
  unexpected,
} from './cursor.ts'
import { expression } from './expressions.ts'
import type { Expression, Parsed } from './syntax.ts'

/** Reads what follows THROW: number, text and state, or nothing in a CATCH. */
export function throwStatement(cursor: Cursor): Parsed {
  if (!isConstant(cursor)) return { kind: 'throw', error: undefined }
  const number = constant(cursor)
  expect(cursor, ',')
  const message = constant(cursor)
  expect(cursor, ',')
  return { kind: 'throw', error: { number, message, state: constant(cursor) } }
}

/** Reads what follows RAISERROR: text, severity, state, and what the text has place holders for. */
export function raiseError(cursor: Cursor): Parsed {
  expect(cursor, '(')
  if (peek(cursor).kind === 'number') throw outsideSubset(cursor, 'messages of sys.messages')
  const [message, severity, state, ...values] = list(cursor, constant)
  expect(cursor, ')')
  if (!message || !severity || !state) throw unexpected(cursor)
  if (accept(cursor, 'WITH') && !accept(cursor, 'NOWAIT'))
    throw outsideSubset(cursor, 'this option of RAISERROR')
  return { kind: 'raiserror', message, severity, state, values }
}

export function print(cursor: Cursor): Parsed {
  return { kind: 'print', message: expression(cursor) }
}

// Both take values as they stand, and nothing to calculate.
function constant(cursor: Cursor): Expression {
  const sign = accept(cursor, '-')
  const token = next(cursor)
  const operand = constantOf(token)
  if (!operand) {
    cursor.at -= 1
    throw unexpected(cursor)
  }
  return sign ? { kind: 'negative', operand } : operand
}

function constantOf({ kind, value }: ReturnType<typeof peek>): Expression | undefined {
  if (kind === 'number') return { kind, text: value }
  if (kind === 'variable') return { kind, name: value }
  if (kind === 'text' || kind === 'unicode text') return { kind: 'text', value, unicode: kind !== 'text' }
  return undefined
}

function isConstant(cursor: Cursor): boolean {
  return constantOf(peek(cursor)) !== undefined || isSymbol(cursor, '-')
}
