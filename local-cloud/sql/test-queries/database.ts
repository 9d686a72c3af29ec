// The database that the tests of queries ask, and the tables of expected answers that they are written as.
import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { Request, type RequestError } from 'tedious'
import { NOT_IMITATED } from '../model/errors.ts'
import { administrator, type Column, connect, startTestServer, tokenCredential } from '../test-client.ts'

const server = await startTestServer()
after(() => server.close())

await server.execute(`
  CREATE TABLE dbo.Shops (Id int PRIMARY KEY, Name nvarchar(20), City varchar(20));
  CREATE TABLE dbo.Sales (Id int PRIMARY KEY, Shop int, Item nvarchar(20), Amount int, Price decimal(8, 2), Day date);
  INSERT INTO dbo.Shops VALUES (1, N'Nord', 'Oslo'), (2, N'Süd', 'Rome'), (3, N'West', NULL);
  INSERT INTO dbo.Sales VALUES
    (1, 1, N'Tent', 2, 99.50, '2026-01-05'), (2, 1, N'tent', 1, 89.90, '2026-01-20'),
    (3, 2, N'Lamp', 5, 12.00, '2026-02-01'), (4, 2, N'Rope', NULL, 3.25, '2026-02-01'),
    (5, NULL, N'Lamp', 3, 11.00, '2026-03-10')`)
const connection = await connect(server.port, tokenCredential({ oid: administrator }))
after(() => connection.close())

interface Answer {
  rows: unknown[][]
  columns: Column[]
}

/** Runs a batch, and gives all its rows and the columns of its last result. */
export function ask(sql: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const answer: Answer = { rows: [], columns: [] }
    const request = new Request(sql, (error) => (error ? reject(error) : resolve(answer)))
    request.on('columnMetadata', (columns) => {
      answer.columns = columns as unknown as Column[]
    })
    request.on('row', (columns: { value: unknown }[]) => answer.rows.push(columns.map(({ value }) => value)))
    connection.execSqlBatch(request)
  })
}

/** Each case is a query and the rows that it gives; a row of one column is written as its value. */
export function answers(cases: [sql: string, rows: unknown[]][]): void {
  for (const [sql, expected] of cases) {
    it(sql, async () => {
      const { rows } = await ask(sql)

      assert.deepEqual(
        rows.map((row) => (row.length === 1 ? row[0] : row)),
        expected,
      )
    })
  }
}

/** Each case is an expression, its type on the wire and its value. */
export function values(cases: [expression: string, type: string, value: unknown][]): void {
  for (const [expression, type, value] of cases) {
    it(`${expression} is ${type} ${value}`, async () => {
      const { rows, columns } = await ask(`SELECT ${expression} AS value`)

      assert.deepEqual([typeOf(columns[0] ?? assert.fail()), rows[0]?.[0]], [type, value])
    })
  }
}

function typeOf({ type, precision, scale, dataLength }: Column): string {
  const name = type.name.toLowerCase().replace(/n$/, '')
  if (name === 'decimal' || name === 'numeric') return `decimal(${precision},${scale})`
  if (name === 'nvarchar') return `nvarchar(${dataLength === 0xffff ? 'max' : (dataLength ?? 0) / 2})`
  if (name === 'varchar') return `varchar(${dataLength === 0xffff ? 'max' : dataLength})`
  if (name === 'int') return { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' }[dataLength ?? 4] ?? name
  return name
}

/** Each case is a statement and the number of the error with which SQL Server answers it. */
export function errors(cases: [sql: string, number: number, words?: string][]): void {
  for (const [sql, number, words = ''] of cases) {
    it(`${number} for ${sql}`, async () => {
      const error = await errorOf(sql)

      assert.equal(error.number, number, error.message)
      assert.ok(error.message.includes(words), error.message)
    })
  }
}

/** Each case is a statement that is refused, and the words that say what for. */
export function refusals(cases: [sql: string, what: string][]): void {
  errors(cases.map(([sql, what]) => [sql, NOT_IMITATED, `does not imitate ${what}`]))
}

async function errorOf(sql: string): Promise<RequestError> {
  return ask(sql).then(
    () => assert.fail('This should have failed.'),
    (error: RequestError) => error,
  )
}
