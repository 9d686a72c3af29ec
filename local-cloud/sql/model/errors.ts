// SQL Server's own errors, with the numbers, classes and words that a client meets on Azure SQL.
// https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors

/** An error that the server answers with, as SQL Server words it. */
export class SqlError extends Error {
  override name = 'SqlError'
  readonly number: number
  /** SQL Server's severity: up to 16 is the client's doing, 20 and more ends the connection. */
  readonly class: number
  readonly state: number
  /** Where in the batch the statement begins that has failed. */
  line: number

  constructor(number: number, message: string, { class: severity = 16, state = 1, line = 1 } = {}) {
    super(message)
    this.number = number
    this.class = severity
    this.state = state
    this.line = line
  }
}

/** An error that the client's own THROW or RAISERROR makes. */
export class RaisedError extends SqlError {
  /** THROW ends the batch, RAISERROR does not. */
  readonly endsBatch: boolean
  /** THROW in a CATCH gives the error again as it was, with the line that it came from. */
  readonly isThrownAgain: boolean

  constructor(
    error: Pick<SqlError, 'number' | 'message' | 'class' | 'state'>,
    { endsBatch, line }: { endsBatch: boolean; line?: number },
  ) {
    super(error.number, error.message, error)
    this.endsBatch = endsBatch
    this.isThrownAgain = line !== undefined
    if (line !== undefined) this.line = line
  }
}

/** The number of errors for T-SQL that SQL Server runs and this server does not; SQL Server leaves it to its users. */
export const NOT_IMITATED = 50_000

/** The error for what the local database does not do; it shows the whole statement. */
export function notImitated(what: string, statement: string): SqlError {
  return new SqlError(
    NOT_IMITATED,
    `The local database does not imitate ${what}. The statement: ${statement}`,
  )
}

export function syntaxError(near: string, line = 1): SqlError {
  return new SqlError(102, `Incorrect syntax near '${near}'.`, { class: 15, line })
}

export function syntaxErrorNearKeyword(keyword: string): SqlError {
  return new SqlError(156, `Incorrect syntax near the keyword '${keyword}'.`, { class: 15 })
}

export function undeclaredVariable(name: string): SqlError {
  return new SqlError(137, `Must declare the scalar variable "${name}".`, { class: 15, state: 2 })
}

export function invalidObject(name: string): SqlError {
  return new SqlError(208, `Invalid object name '${name}'.`)
}

export function invalidColumn(name: string): SqlError {
  return new SqlError(207, `Invalid column name '${name}'.`)
}

/** The error of GRANT, DENY, CREATE and DROP for what does not exist or is hidden from this user. */
export function missing(action: string, kind: string, name: string): SqlError {
  return new SqlError(
    15151,
    `Cannot ${action} the ${kind} '${name}', because it does not exist or you do not have permission.`,
  )
}

export function permissionDenied(
  permission: string,
  table: string,
  database: string,
  schema: string,
): SqlError {
  const object = `the object '${table}', database '${database}', schema '${schema}'`
  return new SqlError(229, `The ${permission} permission was denied on ${object}.`, { class: 14, state: 5 })
}

export function databasePermissionDenied(permission: string, database: string): SqlError {
  return new SqlError(262, `${permission} permission denied in database '${database}'.`, { class: 14 })
}

export function overflow(type: string): SqlError {
  return new SqlError(8115, `Arithmetic overflow error converting expression to data type ${type}.`)
}

/** Another connection holds a lock for longer than this one waits. */
export function lockTimeout(): SqlError {
  return new SqlError(1222, 'Lock request time out period exceeded.', { state: 45 })
}

export function databaseFull(): SqlError {
  const words =
    'Partition or delete data, drop indexes, or consult the documentation for possible resolutions.'
  return new SqlError(40544, `The database has reached its size quota. ${words}`, { class: 17 })
}

/** SQL Server's 3960 would be about one row; here any change of another connection is in the way. */
export function updateConflict(): SqlError {
  return new SqlError(
    NOT_IMITATED,
    'The local database cannot write in a SNAPSHOT transaction after another transaction has been committed. Roll it back and try again.',
  )
}

/** More requests at the same time than the server has workers for. */
export function resourceLimit(most: number): SqlError {
  const words = `The request limit for the database is ${most} and has been reached.`
  const link =
    "See 'https://docs.microsoft.com/azure/azure-sql/database/resource-limits-logical-server' for assistance."
  return new SqlError(10928, `Resource ID : 1. ${words} ${link}`, { class: 20 })
}

export function outOfMemory(): SqlError {
  const message = "There is insufficient system memory in resource pool 'default' to run this query."
  return new SqlError(701, message, { class: 17, state: 123 })
}

export function bulkLoadTooLarge(bytes: number): SqlError {
  const most = `${bytes / 1024 / 1024} MB`
  return new SqlError(
    NOT_IMITATED,
    `The rows of a bulk load of the local database may take ${most}: send them in several loads.`,
  )
}

export function tooSlow(milliseconds: number): SqlError {
  return new SqlError(
    NOT_IMITATED,
    `The local database ends a batch that runs for ${milliseconds / 1000} seconds, and its transaction.`,
  )
}
