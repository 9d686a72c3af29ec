// One error for whatever goes wrong between the site and the database.

/** What SQL Server said: its error number and its words, which are for the log only. */
export interface ServerMessage {
  number: number
  message: string
}

// Codes of tedious and of Node.js for a connection that ended under a request.
const LOST = ['ECLOSE', 'EINVALIDSTATE', 'ESOCKET', 'ECONNRESET', 'EPIPE']

/** A login or a query failed. `number` is SQL Server's error number, where the server got as far as to send one. */
export class SqlError extends Error {
  override name = 'SqlError'
  readonly number: number | undefined
  /** Nothing was refused: the connection broke. */
  readonly connectionLost: boolean

  /**
   * @param cause what tedious threw; of several errors the first counts
   * @param said what the server said before, where tedious leaves it out of its error
   */
  constructor(message: string, cause: Error, said?: ServerMessage) {
    super(message, { cause: said ? new Error(said.message, { cause }) : cause })
    const [first] = cause instanceof AggregateError ? cause.errors : [cause]
    this.number = said?.number ?? first.number
    this.connectionLost = this.number === undefined && LOST.includes(first.code)
  }
}
