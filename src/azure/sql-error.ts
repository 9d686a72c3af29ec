// One error class for every failure of a login or a query.

/** An error message of SQL Server. The text is for the log only. */
export interface ServerMessage {
  number: number
  message: string
}

// Codes of tedious and of Node.js for a connection that was closed during a request.
const LOST = ['ECLOSE', 'EINVALIDSTATE', 'ESOCKET', 'ECONNRESET', 'EPIPE']

/** A login or a query failed. `number` is SQL Server's error number, if the server sent one. */
export class SqlError extends Error {
  override name = 'SqlError'
  readonly number: number | undefined
  /** The server did not refuse the request: the connection was lost. */
  readonly connectionLost: boolean

  /**
   * @param cause the error of tedious; of an AggregateError, the first error counts
   * @param serverMessage the message that the server sent before, if tedious does not include it in its error
   */
  constructor(message: string, cause: Error, serverMessage?: ServerMessage) {
    super(message, { cause: serverMessage ? new Error(serverMessage.message, { cause }) : cause })
    const [first] = cause instanceof AggregateError ? cause.errors : [cause]
    this.number = serverMessage?.number ?? first.number
    this.connectionLost = this.number === undefined && LOST.includes(first.code)
  }
}
