// Turns what a client asks for into SQL: a batch as it stands, a procedure, the end of a transaction.
import { notImitated } from '../model/errors.ts'
import type { SqlRequest } from '../process/messages.ts'
import type { ClientRequest } from '../tds/requests.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { procedureCall } from './procedures.ts'

/** @throws SqlError for a request that this server understands and refuses */
export function sqlOf(request: ClientRequest, prepared: PreparedStatements): SqlRequest {
  switch (request.kind) {
    case 'batch':
      return { sql: request.sql, isProcedure: false }
    case 'procedure':
      return procedureCall(request.name, request.parameters, prepared)
    case 'transaction':
      return { sql: transactionStatement(request.request), isProcedure: false }
  }
}

function transactionStatement(kind: number): string {
  switch (kind) {
    case 5:
      return 'BEGIN TRANSACTION'
    case 7:
      return 'COMMIT TRANSACTION'
    case 8:
      return 'ROLLBACK TRANSACTION'
    default:
      throw notImitated('savepoints and distributed transactions', `transaction manager request ${kind}`)
  }
}
