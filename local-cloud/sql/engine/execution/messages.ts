// THROW, RAISERROR and PRINT.
import { notImitated, RaisedError, SqlError } from '../../model/errors.ts'
import type { Outcome } from '../../model/results.ts'
import { int, nvarchar, type SqlType, type Value } from '../../model/types.ts'
import type { Expression, Statement } from '../../tsql/syntax.ts'
import { type Context, constantValue, converted, type Typed } from '../translation/context.ts'
import { translateExpression } from '../translation/expressions.ts'

type Of<Kind extends Statement['kind']> = Extract<Statement, { kind: Kind }>

const LONGEST_MESSAGE = 2047

// https://learn.microsoft.com/sql/t-sql/language-elements/throw-transact-sql
export function throwError({ error }: Of<'throw'>, context: Context): never {
  const { caught } = context.connection
  if (!error) {
    if (caught) throw new RaisedError(caught, { endsBatch: true, line: caught.line })
    const words = 'To rethrow an error, a THROW statement must be used inside a CATCH block.'
    const hint =
      'Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement.'
    throw new SqlError(10704, `${words} ${hint}`, { class: 15 })
  }
  const number = evaluated(error.number, int, context)
  const message = evaluated(error.message, nvarchar(LONGEST_MESSAGE), context)
  const state = evaluated(error.state, int, context)
  if (typeof number !== 'bigint' || number < 50_000n) {
    throw new SqlError(
      35100,
      `Error number ${number} in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647.`,
    )
  }
  throw new RaisedError(
    { number: Number(number), message: String(message ?? ''), class: 16, state: Number(state) },
    { endsBatch: true },
  )
}

// https://learn.microsoft.com/sql/t-sql/language-elements/raiserror-transact-sql
export function raiseError(statement: Of<'raiserror'>, context: Context, outcomes: Outcome[]): void {
  const text = String(evaluated(statement.message, nvarchar(LONGEST_MESSAGE), context) ?? '')
  const severity = Number(evaluated(statement.severity, int, context))
  const values = statement.values.map((value) => translateExpression(value, context))
  const message = {
    number: 50_000,
    message: formatted(text, values, context),
    class: Math.max(0, severity),
    state: Number(evaluated(statement.state, int, context)),
  }
  if (severity > 18) {
    throw new SqlError(
      2754,
      'Error severity levels greater than 18 can only be specified by members of the sysadmin role, using the WITH LOG option.',
    )
  }
  if (severity > 10) throw new RaisedError(message, { endsBatch: false })
  // 10 is sent as 0, for clients of long ago.
  outcomes.push({ kind: 'message', message: { ...message, class: severity === 10 ? 0 : message.class } })
}

function formatted(text: string, values: Typed[], context: Context): string {
  const rest = [...values]
  const whole = text.replaceAll(/%(.)?/g, (_, kind = '') => {
    if (kind === '%') return '%'
    const value = rest.shift()
    if (!'sdi'.includes(kind)) throw notImitated(`%${kind} in a RAISERROR`, context.statement)
    if (!value || value.isNull) return '(null)'
    return String(constantValue(value, context) ?? '(null)')
  })
  return whole.slice(0, LONGEST_MESSAGE)
}

const LONGEST_PRINT = 4000

export function print({ message }: Of<'print'>, context: Context, outcomes: Outcome[]): void {
  const text = evaluated(message, nvarchar(LONGEST_PRINT), context)
  outcomes.push({ kind: 'message', message: { number: 0, message: String(text ?? ''), class: 0, state: 1 } })
}

function evaluated(expression: Expression, type: SqlType, context: Context): Value {
  return constantValue(converted(translateExpression(expression, context), type), context)
}
