// One connection to the database, signed in as whoever deploys.
import { Connection } from 'tedious'
import type { Settings } from './settings.ts'
import type { SignIn } from './sign-in.ts'

const loginMs = 30_000
const requestMs = 60_000

/** What the server said when it refused a login or a statement. No number: it could not be reached, or was lost. */
export class SqlRefusal extends Error {
  override name = 'SqlRefusal'
  readonly number: number | undefined

  /**
   * @param cause what tedious threw; of several errors the first counts
   * @param said what the server said before, where tedious leaves it out of its error
   */
  constructor(cause: Error, said?: { number: number; message: string }) {
    const [first] = cause instanceof AggregateError ? cause.errors : [cause]
    super(said?.message ?? first.message, { cause })
    this.number = said?.number ?? first.number
  }
}

/**
 * Connects, once, and closes the connection after use.
 *
 * @throws {SqlRefusal} for what tedious throws; others' errors as they are
 */
export async function withConnection(
  sql: Settings['sql'],
  signIn: SignIn,
  signal: AbortSignal,
  use: (connection: Connection) => Promise<void>,
): Promise<void> {
  // We name the audience ourselves. A login that asks the server for it would hand a false one the token it likes.
  const { token } = await signIn.getToken('https://database.windows.net/.default')
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
  try {
    await logIn(connection)
    await use(connection)
  } catch (error) {
    const ofTedious = error instanceof AggregateError || (error instanceof Error && 'code' in error)
    throw ofTedious && !(error instanceof SqlRefusal) ? new SqlRefusal(error) : error
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

function logIn(connection: Connection): Promise<void> {
  // The error of a failed login has no number; what the server said before has.
  let said: { number: number; message: string } | undefined
  connection.on('errorMessage', (message) => {
    said ??= message
  })
  return new Promise((resolve, reject) => {
    connection.connect((error) => (error ? reject(new SqlRefusal(error, said)) : resolve()))
  })
}
