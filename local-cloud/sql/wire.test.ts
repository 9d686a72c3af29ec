// What the tokens of a response say beside the rows, as tedious reads them off the wire.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { Request } from 'tedious'
import { ask, createLogins, database, startTestServer } from './test-client.ts'

const server = await startTestServer()
after(() => server.close())

const { login, closeAll } = createLogins(server.port)
afterEach(closeAll)

before(async () => {
  await server.execute('CREATE TABLE dbo.Items (Id int NOT NULL PRIMARY KEY, Name nvarchar(20))')
  await server.execute('CREATE TABLE dbo.Numbered (Id int IDENTITY PRIMARY KEY, Name nvarchar(20))')
  await server.execute("INSERT INTO dbo.Items VALUES (1, N'a'), (2, N'b')")
})

/** Runs a batch, and gives the tokens of its response as tedious prints them. */
async function tokensOf(sql: string): Promise<string[]> {
  const connection = await login(undefined, { debug: { token: true } })
  const tokens: string[] = []
  connection.on('debug', (text: string) => tokens.push(stripVTControlCharacters(text)))
  await ask(connection, sql, 'batch')
  return tokens
}

/** The numbers under a name in these tokens. */
function numbers(tokens: string[], name: string): number[] {
  return tokens.flatMap((token) =>
    Array.from(token.matchAll(new RegExp(`${name}: (\\d+)`, 'g')), ([, number]) => Number(number)),
  )
}

describe('DONE', () => {
  it('says which statement it closes', async () => {
    const tokens = await tokensOf(
      "SELECT 1 AS a; INSERT INTO dbo.Items VALUES (3, N'c'); UPDATE dbo.Items SET Name = N'd' WHERE Id = 3; DELETE FROM dbo.Items WHERE Id = 3",
    )

    assert.deepEqual(numbers(tokens, 'curCmd'), [0xc1, 0xc3, 0xc5, 0xc4])
  })
})

describe('a column', () => {
  const flags: [sql: string, ...flags: number[]][] = [
    ['SELECT * FROM dbo.Items', 0x08, 0x09],
    ['SELECT Id AS Number, Id + 1 AS Next FROM dbo.Items', 0x08, 0x21],
    ['SELECT a.Id, b.Id FROM dbo.Items AS a LEFT JOIN dbo.Items AS b ON b.Id = a.Id + 1', 0x08, 0x09],
    ['SELECT a.Id, b.Id FROM dbo.Items AS a RIGHT JOIN dbo.Items AS b ON b.Id = a.Id + 1', 0x09, 0x08],
    ['SELECT Id, -Id FROM dbo.Numbered', 0x10, 0x21],
    ['SELECT v.Id FROM (SELECT Id FROM dbo.Items) AS v', 0x08],
    ['SELECT (SELECT Id FROM dbo.Items WHERE Id = 9) AS Id, MAX(Id) FROM dbo.Items', 0x21, 0x21],
  ]
  for (const [sql, ...expected] of flags) {
    it(`says whether it may be NULL: ${sql}`, async () => {
      const metadata = (await tokensOf(sql)).filter((token) => token.startsWith('ColMetadataToken'))
      assert.deepEqual(numbers(metadata, 'userType: 0,\\s*flags'), expected)
    })
  }
})

describe('an error', () => {
  const lines: [sql: string, line: number][] = [
    ['SELECT 1 AS a\n\nSELECT * FROM dbo.Nothing', 3],
    ['SELECT 1 AS a\r\nIF 1 = 1\r\n  SELECT 1 / 0 AS a', 3],
    ['SELECT 1 AS a\nSELECT 2 AS\n', 2],
    ["SELECT 1 AS a\n\n\nSELECT 'a", 4],
    ['\n/* never closed', 2],
  ]
  for (const [sql, line] of lines) {
    it(`has the number of its line: ${JSON.stringify(sql)}`, async () => {
      const connection = await login()
      const error = await new Promise((resolve) => connection.execSqlBatch(new Request(sql, resolve)))

      assert.equal((error as { lineNumber: number }).lineNumber, line)
    })
  }
})

describe('the name of a table', () => {
  it('may have the current database in front, with the schema or without', async () => {
    const connection = await login()
    for (const name of [
      `[${database}].dbo.Items`,
      `${database.toUpperCase()}..Items`,
      'dbo.Items',
      'Items',
    ]) {
      assert.equal((await ask(connection, `SELECT COUNT(*) AS n FROM ${name}`)).rows[0]?.n, 2, name)
    }
    assert.equal(
      (await ask(connection, `SELECT ${database}.dbo.Items.Id FROM ${database}.dbo.Items`)).rowCount,
      2,
    )
    await assert.rejects(ask(connection, 'SELECT * FROM other.dbo.Items'), { number: 40515 })
  })
})
