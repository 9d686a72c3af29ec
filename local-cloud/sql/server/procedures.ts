// The procedures that a client can call: those by which drivers run SQL with parameters.
import { notImitated, SqlError } from '../model/errors.ts'
import type { SqlRequest } from '../process/messages.ts'
import type { Parameter } from '../tds/parameters.ts'
import type { PreparedStatement, PreparedStatements } from './prepared-statements.ts'

/** @throws SqlError for a procedure that is not there, or that does not take these parameters */
export function procedureCall(
  name: string,
  read: () => Parameter[],
  prepared: PreparedStatements,
): SqlRequest {
  const known = nameOf(name)
  if (known === undefined) {
    if (/^(\[?sys\]?\.)?\[?(sp|xp)_/i.test(name))
      throw notImitated(`the procedure ${name}`, `EXECUTE ${name}`)
    throw new SqlError(2812, `Could not find stored procedure '${name}'.`, { state: 62 })
  }
  return procedures[known](read(), prepared)
}

type Procedure = (parameters: Parameter[], prepared: PreparedStatements) => SqlRequest

const procedures = {
  /** Takes the statement, its parameters as text, and their values. */
  sp_executesql([statement, declaration, ...values]) {
    return withValues(statementFrom(statement, declaration), values, 2)
  },

  /** Gives a handle for the statement. */
  sp_prepare([handle, declaration, statement], prepared) {
    const { sql, declaration: types } = statementFrom(statement, declaration)
    const returned = { name: handle?.name ?? '', value: prepared.add({ sql, declaration: types }) }
    return {
      sql,
      parameters: { declaration: types, values: [], first: 0 },
      isProcedure: true,
      onlyChecked: true,
      handle: returned,
    }
  },

  /** Runs the statement, and gives a handle for the next time; a handle from before is given back. */
  sp_prepexec([handle, declaration, statement, ...values], prepared) {
    if (typeof handle?.value === 'bigint') prepared.remove(Number(handle.value))
    const parts = statementFrom(statement, declaration)
    const returned = { name: handle?.name ?? '', value: prepared.add(parts) }
    return { ...withValues(parts, values, 3), handle: returned }
  },

  sp_execute([handle, ...values], prepared) {
    return withValues(prepared.find(handleFrom(handle)), values, 1)
  },

  sp_unprepare([handle], prepared) {
    const known = handleFrom(handle)
    prepared.find(known)
    prepared.remove(known)
    return { sql: '', isProcedure: true }
  },
} satisfies Record<string, Procedure>

function nameOf(name: string): keyof typeof procedures | undefined {
  const [, bare = ''] = /^(?:\[?(?:sys|dbo)?\]?\.+)?\[?(\w+)\]?$/i.exec(name) ?? []
  const lower = bare.toLowerCase()
  return lower in procedures ? (lower as keyof typeof procedures) : undefined
}

function statementFrom(
  statement: Parameter | undefined,
  declaration: Parameter | undefined,
): PreparedStatement {
  if (typeof statement?.value !== 'string') {
    throw new SqlError(214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.")
  }
  return {
    sql: statement.value,
    declaration: typeof declaration?.value === 'string' ? declaration.value : '',
  }
}

function handleFrom(handle: Parameter | undefined): number {
  if (typeof handle?.value === 'bigint') return Number(handle.value)
  throw new SqlError(214, "Procedure expects parameter '@handle' of type 'int'.")
}

const MOST_PARAMETERS = 2_100

/** `first` is the position of the first value among the parameters of the call. */
function withValues({ sql, declaration }: PreparedStatement, values: Parameter[], first: number): SqlRequest {
  if (values.length > MOST_PARAMETERS) {
    const words = `The server supports a maximum of ${MOST_PARAMETERS} parameters.`
    throw new SqlError(8003, `The incoming request has too many parameters. ${words}`)
  }
  return { sql, parameters: { declaration, values, first }, isProcedure: true }
}
