// Turns what a client asks for into SQL: a batch as it stands, a procedure, the end of a transaction.
import type { SqlRequest } from '../process/messages.ts'
import type { ClientRequest } from '../tds/requests.ts'
import { procedureCall } from './procedures.ts'
import type { DatabaseSession } from './session.ts'
import { transactionStatement } from './transaction-statement.ts'

/** @throws SqlError for a request that this server understands and refuses */
export function sqlOf(request: ClientRequest, { prepared, state }: DatabaseSession): SqlRequest {
  switch (request.kind) {
    case 'batch':
      return { sql: request.sql, isProcedure: false }
    case 'procedure':
      return procedureCall(request.name, request.parameters, prepared)
    case 'transaction':
      return { sql: transactionStatement(request.request, state.isolation), isProcedure: false }
  }
}
