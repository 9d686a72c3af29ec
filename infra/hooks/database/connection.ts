// One connection to the database, signed in as whoever deploys.
import { Connection } from 'tedious'
import type { Settings } from '../shared/settings.ts'
import { type SignIn, sqlScope } from '../shared/sign-in.ts'

const loginMs = 30_000
const requestMs = 60_000

type Said = { number: number; message: string }

/** What the server said when it refused a login or a statement. No number: it could not be reached, or was lost. */
export class SqlRefusal extends Error {
  override name = 'SqlRefusal'
  readonly number: number | undefined

  constructor({ number, message }: { number?: number; message: string }, cause: unknown) {
    super(message, { cause })
    this.number = number
  }
}

/**
 * Connects, once, and closes the connection after use.
 *
 * @throws {SqlRefusal} for what tedious throws, and what `use` throws as it is
 */
export async function withConnection(
  sql: Settings['sql'],
  signIn: SignIn,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  const { token } = await signIn.getToken(sqlScope)
  signal.throwIfAborted()
  const connection = new Connection({
    server: sql.host,
    authentication: { type: 'azure-active-directory-access-token', options: { token } },
    options: {
      port: sql.port,
      database: sql.database,
      encrypt: true,
      connectTimeout: loginMs,
      requestTimeout: requestMs,
      // tedious would try three times within two seconds: too short to wake a database, and in silence.
      maxRetriesOnTransientErrors: 0,
    },
  })
  // An 'error' without a listener ends the process, and so with a service open.
  connection.on('error', () => {})
  const close = () => connection.close()
  signal.addEventListener('abort', close)
  // The error of a failed login has no number; what the server said before has.
  let said: Said | undefined
  connection.on('errorMessage', (message) => {
    said ??= message
  })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()))
    })
    await use(connection)
  } catch (error) {
    throw refusalIn(error, said) ?? error
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

function refusalIn(error: unknown, said: Said | undefined): SqlRefusal | undefined {
  // Of several errors, the first is why the others came.
  const [first] = error instanceof AggregateError ? error.errors : [error]
  // Those of tedious have a code, those of our own have none.
  return first instanceof Error && 'code' in first ? new SqlRefusal(said ?? first, error) : undefined
}
