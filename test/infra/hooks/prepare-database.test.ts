// Preparing the database, as the postprovision hook and the seed of the local cloud do it.
import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, it } from 'node:test'
import {
  administrator,
  ask,
  connect,
  LoginRefused,
  startTestServer,
  tokenCredential,
} from 'local-cloud/sql/test-client.ts'
import type { Connection } from 'tedious'
import { prepareDatabase, sidOf } from '../../../infra/hooks/database/prepare-database.ts'

const server = await startTestServer()
after(() => server.close())

const open: Connection[] = []
afterEach(() => {
  for (const connection of open.splice(0)) connection.close()
})

/** Opens a connection that is closed after the test. */
async function login(claims: { appid?: string; oid?: string } = { oid: administrator }) {
  const connection = await connect(server.port, tokenCredential(claims))
  open.push(connection)
  return connection
}

const web = { name: 'id-web', clientId: '6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' }
const quiet = () => {}

describe('prepareDatabase', () => {
  const users = () =>
    server.execute("SELECT name, sid FROM sys.database_principals WHERE type = 'E' AND name <> 'dbo'")

  beforeEach(async () => {
    await server.execute('DROP TABLE IF EXISTS dbo.Products')
    for (const { name } of await users())
      await server.execute(`DROP USER [${String(name).replaceAll(']', ']]')}]`)
  })

  it('makes the table, the products, the user and the grant', async () => {
    const lines: string[] = []
    await prepareDatabase(await login(), web, (line) => lines.push(line))

    assert.deepEqual(lines, [
      'Table dbo.Products is there.',
      'Inserted 113 products.',
      'Created user id-web.',
      'id-web may read dbo.Products.',
    ])
    const site = await login({ appid: web.clientId })
    const { rows } = await ask(
      site,
      'SELECT COUNT(*) AS n, COUNT(DISTINCT Category) AS categories FROM dbo.Products',
    )
    assert.deepEqual(rows, [{ n: 113, categories: 8 }])
    assert.deepEqual((await users())[0]?.sid, Buffer.from('3D2C1B6F5F4E71608293A4B5C6D7E8F9', 'hex'))
  })

  it('changes nothing the second time', async () => {
    const connection = await login()
    await prepareDatabase(connection, web, quiet)
    await server.execute('DELETE FROM dbo.Products WHERE Id > 5')
    const lines: string[] = []
    await prepareDatabase(connection, web, (line) => lines.push(line))

    assert.deepEqual(lines.slice(1, 3), ['The products are there already.', 'User id-web is there already.'])
    assert.deepEqual(await server.execute('SELECT COUNT(*) AS n FROM dbo.Products'), [{ n: 5 }])
  })

  it('replaces the user of an identity that was deleted and made again', async () => {
    const connection = await login()
    const before = { ...web, clientId: '55555555-5555-4555-8555-555555555555' }
    await prepareDatabase(connection, before, quiet)
    await prepareDatabase(connection, web, quiet)

    await assert.rejects(
      login({ appid: before.clientId }),
      (error) => error instanceof LoginRefused && error.messages[0]?.number === 18456,
    )
    await ask(await login({ appid: web.clientId }), 'SELECT TOP 1 Id FROM dbo.Products')
    assert.equal((await users()).length, 1)
  })

  it('drops the user of a former identity, and no other', async () => {
    const connection = await login()
    for (const [index, name] of ['app-former', 'app-other'].entries()) {
      const clientId = `55555555-5555-4555-8555-55555555555${index}`
      await prepareDatabase(connection, { name, clientId }, quiet)
    }
    const lines: string[] = []
    const user = { ...web, formerName: 'app-former' }
    for (const _ of ['once', 'again']) await prepareDatabase(connection, user, (line) => lines.push(line))

    assert.deepEqual((await users()).map(({ name }) => name).sort(), ['app-other', 'id-web'])
    assert.deepEqual(
      lines.filter((line) => line.includes('app-former')),
      ['Dropped user app-former, whose identity the site no longer has.'],
    )
  })

  it('says what to do when another user has the client id', async () => {
    const connection = await login()
    await prepareDatabase(connection, { ...web, name: "it's [another]" }, quiet)

    await assert.rejects(
      prepareDatabase(connection, web, quiet),
      /it's \[another\] already stands .* DROP USER \[it's \[another\]\]\]/,
    )
    await assert.rejects(
      prepareDatabase(connection, { ...web, clientId: administrator }, quiet),
      /administers the server/,
    )
  })

  it('takes no user for a stranger that another run creates meanwhile', async () => {
    const create = `CREATE USER [${web.name}] WITH SID = ${sidOf(web.clientId)}, TYPE = E`
    for (let position = 1, sent = position; position <= sent; position += 1) {
      const connection = await login()
      const count = before(connection, position, () => server.execute(create))

      // The hook tries again when the server says that there is such a user.
      await prepareDatabase(connection, web, quiet).catch((error) => assert.equal(error.number, 15023))

      sent = count()
      await server.execute(`DROP USER [${web.name}]`)
    }
  })

  it('takes a GUID for the client id, and nothing else', async () => {
    await assert.rejects(
      prepareDatabase(await login(), { ...web, clientId: "0x00'; --" }, quiet),
      /A client id is a GUID/,
    )
    assert.equal(sidOf(web.clientId.toUpperCase()), '0x3D2C1B6F5F4E71608293A4B5C6D7E8F9')
  })

  it('needs the administrator', async () => {
    await prepareDatabase(await login(), web, quiet)
    await server.execute('DROP TABLE dbo.Products')

    await assert.rejects(prepareDatabase(await login({ appid: web.clientId }), web, quiet), {
      number: 262,
      message: "CREATE TABLE permission denied in database 'keyless'.",
    })
  })
})

/** Does something before a connection sends its nth statement. Returns how many it has sent. */
function before(connection: Connection, position: number, act: () => Promise<unknown>) {
  let sent = 0
  for (const method of ['execSql', 'execSqlBatch'] as const) {
    const send = connection[method].bind(connection)
    connection[method] = async (request) => {
      sent += 1
      if (sent === position) await act()
      send(request)
    }
  }
  return () => sent
}
