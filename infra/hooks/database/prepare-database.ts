// Prepares the database for the site: the table, its sample rows, and a user for the site's identity who may read them.
import { readFile } from 'node:fs/promises'
import { type Connection, Request, TYPES } from 'tedious'

/**
 * Does what is not yet done of four things: create dbo.Products, fill it while it is empty, create the user of an identity
 * or repair one that stands for a deleted identity, and let that user read the table.
 *
 * @param connection logged in as the Entra administrator of the server
 * @param user the name of the identity, and its client id: the object id makes a user who can never sign in
 * @param progress hears one line for each of the four
 * @throws Error when another user already has this client id, or the id is no GUID; tedious's RequestError when the
 *   database refuses a statement
 */
export async function prepareDatabase(
  connection: Connection,
  user: { name: string; clientId: string },
  progress: (line: string) => void,
): Promise<void> {
  const sid = sidOf(user.clientId)

  await run(connection, await script('create-products.sql'))
  progress('Table dbo.Products is there.')

  const { rowCount } = await run(connection, await script('products.sql'))
  progress(rowCount > 0 ? `Inserted ${rowCount} products.` : 'The products are there already.')

  progress(await ensureUser(connection, user, sid))

  await run(connection, `GRANT SELECT ON OBJECT::dbo.Products TO ${quoted(user.name)}`)
  progress(`${user.name} may read dbo.Products.`)
}

/**
 * Gives the SID by which the database knows an identity: the bytes of its client id, as SQL Server orders those of a GUID.
 *
 * @throws Error when it is no GUID
 */
export function sidOf(clientId: string): string {
  const groups = /^([\da-f]{8})-([\da-f]{4})-([\da-f]{4})-([\da-f]{4})-([\da-f]{12})$/i
    .exec(clientId)
    ?.slice(1)
  if (!groups) throw new Error(`A client id is a GUID, but '${clientId}' is not.`)
  // The first three groups are numbers, stored with the lowest byte first.
  const bytes = groups.map((group, index) => {
    const bytesOfGroup = Buffer.from(group, 'hex')
    return index < 3 ? bytesOfGroup.reverse() : bytesOfGroup
  })
  return `0x${Buffer.concat(bytes).toString('hex').toUpperCase()}`
}

async function ensureUser(
  connection: Connection,
  { name, clientId }: { name: string; clientId: string },
  sid: string,
): Promise<string> {
  const bytes = Buffer.from(sid.slice(2), 'hex')
  const named = await run(connection, 'SELECT sid FROM sys.database_principals WHERE name = @name', { name })
  const [existing] = named.rows
  if (Buffer.isBuffer(existing?.sid) && bytes.equals(existing.sid)) return `User ${name} is there already.`

  const holders = await run(connection, 'SELECT name FROM sys.database_principals WHERE sid = @sid', {
    sid: bytes,
  })
  const [holder] = holders.rows
  if (holder) throw new Error(takenBy(String(holder.name), clientId))

  // WITH SID needs no look-up in the directory, for which the server would have to have rights there.
  const create = `CREATE USER ${quoted(name)} WITH SID = ${sid}, TYPE = E`
  if (!existing) {
    await run(connection, create)
    return `Created user ${name}.`
  }
  // An identity that was deleted and made again has its old name and a new client id.
  await run(
    connection,
    `SET XACT_ABORT ON; BEGIN TRANSACTION; DROP USER ${quoted(name)}; ${create}; COMMIT TRANSACTION`,
  )
  return `Replaced user ${name}, who stood for another client id.`
}

function takenBy(holder: string, clientId: string): string {
  if (holder === 'dbo') {
    return `The identity with client id ${clientId} administers the server, so it can have no user in the database. Make someone else the Entra administrator.`
  }
  return `The database user ${holder} already stands for client id ${clientId}. If nothing else uses it, run DROP USER ${quoted(holder)} in the database, then run \`azd hooks run postprovision\`.`
}

/** Quotes a name, which cannot travel as a parameter. */
function quoted(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`
}

/** Gives all that the outcome depends on but for the database itself. */
export async function describePreparation(user: { name: string; clientId: string }): Promise<string[]> {
  const code = await readFile(new URL(import.meta.url), 'utf8')
  return [user.name, user.clientId, code, await script('create-products.sql'), await script('products.sql')]
}

function script(name: string): Promise<string> {
  return readFile(new URL(`../../sample-data/database/${name}`, import.meta.url), 'utf8')
}

interface Result {
  rows: Record<string, unknown>[]
  rowCount: number
}

function run(
  connection: Connection,
  sql: string,
  parameters: Record<string, string | Buffer> = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const rows: Result['rows'] = []
    const request = new Request(sql, (error, rowCount = 0) => {
      if (error) reject(error)
      else resolve({ rows, rowCount })
    })
    for (const [name, value] of Object.entries(parameters)) {
      request.addParameter(name, typeof value === 'string' ? TYPES.NVarChar : TYPES.VarBinary, value)
    }
    request.on('row', (columns: { metadata: { colName: string }; value: unknown }[]) => {
      rows.push(Object.fromEntries(columns.map(({ metadata, value }) => [metadata.colName, value])))
    })
    // A script goes as it stands; parameters need the procedure call that tedious makes of execSql.
    if (request.parameters.length > 0) connection.execSql(request)
    else connection.execSqlBatch(request)
  })
}
