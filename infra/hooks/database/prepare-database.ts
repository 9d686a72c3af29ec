// Prepares the database: the table, its sample rows, and a user for the site's identity that may read them.
import { readFile } from 'node:fs/promises'
import { type Connection, Request, TYPES } from 'tedious'

export type SiteUser = {
  /** The name of the identity. */
  name: string
  /** With the object ID instead, the user could never log in. */
  clientId: string
  /** The name of an identity that the site no longer has. */
  formerName?: string | undefined
}

/**
 * Takes five steps, each only if it is needed: creates dbo.Products, fills it if it is empty, creates the user of the identity
 * (or replaces one that belongs to a deleted identity), grants that user SELECT on the table, and drops the user of the
 * former identity.
 *
 * @param connection logged in as the Microsoft Entra administrator of the server
 * @param progress called with one line for each step
 * @throws Error when another user already has this client ID, or it is not a GUID; tedious's RequestError when the database
 *   refuses a statement
 */
export async function prepareDatabase(
  connection: Connection,
  user: SiteUser,
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

  if (user.formerName && (await dropUser(connection, user.formerName))) {
    progress(`Dropped user ${user.formerName}, whose identity the site no longer has.`)
  }
}

/**
 * Returns the SID of an identity's database user: the bytes of the client ID, in SQL Server's byte order for GUIDs.
 *
 * @throws Error when it is not a GUID
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
  { name, clientId }: SiteUser,
  sid: string,
): Promise<string> {
  const bytes = Buffer.from(sid.slice(2), 'hex')
  // In one query: between two, another run may create the user.
  const { rows } = await run(
    connection,
    'SELECT name, sid FROM sys.database_principals WHERE name = @name OR sid = @sid',
    { name, sid: bytes },
  )
  const holder = rows.find((row) => Buffer.isBuffer(row.sid) && bytes.equals(row.sid))
  if (holder?.name === name) return `User ${name} is there already.`
  if (holder) throw new Error(takenBy(String(holder.name), clientId))

  // With a SID, the server does not look up the name in Microsoft Entra ID, which would need permissions there.
  const create = `CREATE USER ${quoted(name)} WITH SID = ${sid}, TYPE = E`
  if (rows.length === 0) {
    await run(connection, create)
    return `Created user ${name}.`
  }
  // An identity that was deleted and created again has the same name and a new client ID.
  await run(
    connection,
    `SET XACT_ABORT ON; BEGIN TRANSACTION; DROP USER ${quoted(name)}; ${create}; COMMIT TRANSACTION`,
  )
  return `Replaced user ${name}, who stood for another client id.`
}

/** Returns whether there was such a user, of a Microsoft Entra identity. */
async function dropUser(connection: Connection, name: string): Promise<boolean> {
  const { rows } = await run(
    connection,
    "SELECT name FROM sys.database_principals WHERE name = @name AND type = 'E'",
    { name },
  )
  if (rows.length === 0) return false
  // Another run may have dropped it in the meantime.
  await run(connection, `DROP USER IF EXISTS ${quoted(name)}`)
  return true
}

function takenBy(holder: string, clientId: string): string {
  if (holder === 'dbo') {
    return `The identity with client id ${clientId} administers the server, so it can have no user in the database. Make someone else the Entra administrator.`
  }
  return `The database user ${holder} already stands for client id ${clientId}. If nothing else uses it, run DROP USER ${quoted(holder)} in the database, then run \`azd hooks run postprovision\`.`
}

/** Quotes a name, which cannot be a parameter. */
function quoted(name: string): string {
  return `[${name.replaceAll(']', ']]')}]`
}

/** Returns everything that the result depends on, except the database itself. */
export async function describePreparation(user: SiteUser): Promise<string[]> {
  const code = await readFile(new URL(import.meta.url), 'utf8')
  const { name, clientId, formerName = '' } = user
  return [name, clientId, formerName, code, await script('create-products.sql'), await script('products.sql')]
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
    // A script is sent as a batch. A statement with parameters needs execSql, which calls sp_executesql.
    if (request.parameters.length > 0) connection.execSql(request)
    else connection.execSqlBatch(request)
  })
}
