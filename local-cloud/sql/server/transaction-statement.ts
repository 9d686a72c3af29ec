// A request to the transaction manager, as the statement that does the same.
import { notImitated } from '../model/errors.ts'
import type { TransactionRequest } from '../tds/transaction-requests.ts'

/**
 * @param isolation the level that the session has
 * @throws SqlError for what this server does not do
 */
export function transactionStatement(request: TransactionRequest, isolation: string): string {
  switch (request.kind) {
    case 'begin': {
      const changes = request.isolation !== undefined && request.isolation !== isolation
      const set = changes ? `SET TRANSACTION ISOLATION LEVEL ${request.isolation}; ` : ''
      return `${set}BEGIN TRANSACTION${named(request.name)}`
    }
    case 'commit':
    case 'rollback': {
      const statement = `${request.kind.toUpperCase()} TRANSACTION${named(request.name)}`
      if (request.beginsAnother) throw notImitated('a request that ends and begins a transaction', statement)
      return statement
    }
    case 'save':
      return `SAVE TRANSACTION${named(request.name)}`
    case 'other':
      throw notImitated('distributed transactions', `transaction manager request ${request.number}`)
  }
}

function named(name: string): string {
  return name === '' ? '' : ` [${name.replaceAll(']', ']]')}]`
}
