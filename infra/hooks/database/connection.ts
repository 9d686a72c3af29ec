// One connection to the database, signed in as the deployer.
import { Connection } from 'tedious'
import { sqlScope } from '../../../src/azure/sql-scope.ts'
import type { Settings } from '../shared/settings.ts'
import type { SignIn } from '../shared/sign-in.ts'

const loginMs = 30_000
const requestMs = 60_000

type ServerMessage = { number: number; message: string }

/** A login or a statement failed. Without a number, the server could not be reached or the connection was lost. */
export class SqlFailure extends Error {
  override name = 'SqlFailure'
  readonly number: number | undefined

  constructor({ number, message }: { number?: number; message: string }, cause: unknown) {
    super(message, { cause })
    this.number = number
  }
}

/**
 * Opens a connection for `use`, and closes it afterwards. Does not retry.
 *
 * @throws {SqlFailure} for errors of tedious; errors of `use` itself are passed on
 */
export async function withConnection(
  sql: Settings['sql'],
  signIn: SignIn,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const { token } = await signIn.getToken(sqlScope(sql.host))
  signal.throwIfAborted()
  const connection = createConnection(sql, token)
  // An 'error' event without a listener would end the process, and leave the firewall open.
  connection.on('error', () => {})
  const close = () => connection.close()
  signal.addEventListener('abort', close)
  // The error of a failed login has no number; the message that the server sent before has one.
  let serverMessage: ServerMessage | undefined
  connection.on('errorMessage', (message) => {
    serverMessage ??= message
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    await use(connection)
  } catch (error) {
    throw asSqlFailure(error, serverMessage) ?? error
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

function createConnection(sql: Settings['sql'], token: string): Connection {
  return new Connection({
    server: sql.host,
    authentication: { type: 'azure-active-directory-access-token', options: { token } },
    options: {
      port: sql.port,
      database: sql.database,
      encrypt: true,
      connectTimeout: loginMs,
      requestTimeout: requestMs,
      // tedious would retry three times within two seconds: too short to wake a database, and without any output.
      maxRetriesOnTransientErrors: 0,
    },
  })
}

function asSqlFailure(error: unknown, serverMessage: ServerMessage | undefined): SqlFailure | undefined {
  // Of several errors, the first is the cause of the others.
  const [first] = error instanceof AggregateError ? error.errors : [error]
  // Errors of tedious have a code; ours have none.
  return first instanceof Error && 'code' in first ? new SqlFailure(serverMessage ?? first, error) : undefined
}
