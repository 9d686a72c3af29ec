// Translates the functions that choose one of their arguments.
import { SqlError } from '../../../model/errors.ts'
import { comparable } from '../../storage/store.ts'
import { commonTypeOf, converted, type Typed } from '../context.ts'
import { asInteger, given, type SqlFunction, taking, takingMany } from './arguments.ts'

export const choiceFunctions: Record<string, SqlFunction> = {
  ISNULL: taking(2, isNull),
  COALESCE: takingMany(2, coalesce),
  NULLIF: taking(2, nullIf),
  CHOOSE: takingMany(2, choose),
}

// ISNULL keeps the type of the first argument, and cuts the second to fit; COALESCE takes the type that suits all.
function isNull([value, instead]: Typed[]): Typed {
  const [first, second] = [given(value), given(instead)]
  if (first.isNull) return second
  return { sql: `ifnull(${first.sql}, ${converted(second, first.type).sql})`, type: first.type }
}

function coalesce(values: Typed[]): Typed {
  if (values.every((value) => value.isNull)) {
    throw new SqlError(
      4127,
      'At least one of the arguments to COALESCE must be an expression that is not the NULL constant.',
    )
  }
  const type = commonTypeOf(values)
  return { sql: `coalesce(${values.map((value) => converted(value, type).sql).join(', ')})`, type }
}

function nullIf(values: Typed[]): Typed {
  const first = given(values[0])
  if (first.isNull) {
    throw new SqlError(
      4151,
      'The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.',
    )
  }
  const type = commonTypeOf(values)
  const [a, b] = values.map((value) => comparable(converted(value, type).sql, type))
  return { sql: `CASE WHEN ${a} = ${b} THEN NULL ELSE ${first.sql} END`, type: first.type }
}

function choose([index, ...values]: Typed[]): Typed {
  const type = commonTypeOf(values)
  const whens = values.map((value, at) => `WHEN ${at + 1} THEN ${converted(value, type).sql}`)
  return { sql: `CASE ${asInteger(index)} ${whens.join(' ')} END`, type }
}
