// Turns what a client asks for into SQL: a batch as it stands, a procedure, the end of a transaction, the rows of a bulk load.
import type { BulkLoad } from '../engine/execution/session.ts'
import { SqlError } from '../model/errors.ts'
import type { SqlRequest } from '../process/messages.ts'
import type { ClientRequest } from '../tds/requests.ts'
import { procedureCall } from './procedures.ts'
import type { DatabaseSession } from './session.ts'
import { transactionStatement } from './transaction-statement.ts'

/**
 * @param awaited the bulk load whose rows have to come with this request
 * @throws SqlError for a request that this server understands and refuses; RangeError for rows that nothing has announced
 */
export function sqlOf(
  request: ClientRequest,
  { prepared, state }: DatabaseSession,
  awaited: BulkLoad | undefined,
): SqlRequest {
  if (request.kind === 'bulk load') {
    if (!awaited) throw new RangeError('A bulk load begins with the statement INSERT BULK.')
    return { sql: '', isProcedure: false, load: { into: awaited, rows: request.rows } }
  }
  if (awaited) {
    throw new SqlError(4022, 'Bulk load data was expected but not sent. The batch will be terminated.')
  }
  switch (request.kind) {
    case 'batch':
      return { sql: request.sql, isProcedure: false }
    case 'procedure':
      return procedureCall(request.name, request.parameters, prepared)
    case 'transaction':
      return { sql: transactionStatement(request.request, state.isolation), isProcedure: false }
  }
}
