// For the tests of statements: one server for all of them, and what a batch gives in a form to compare.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, it } from 'node:test'
import { type Connection, Request, RequestError } from 'tedious'
import { guidBytes } from '../model/guids.ts'
import { administrator, connect, startTestServer, tokenCredential } from '../test-client.ts'

const server = await startTestServer()
const opened: Connection[] = []
after(() => {
  for (const connection of opened) connection.close()
  return server.close()
})

export async function openConnection(claims: { oid: string } = { oid: administrator }) {
  const connection = await connect(server.port, tokenCredential(claims))
  opened.push(connection)
  return connection
}

/** Makes a user that may do this, and opens a connection as that user. */
export async function openConnectionOf(name: string, ...grants: string[]): Promise<Connection> {
  const oid = randomUUID()
  const sid = guidBytes(oid).toString('hex')
  await server.execute(`CREATE USER [${name}] WITH SID = 0x${sid}, TYPE = E`)
  for (const grant of grants) await server.execute(`${grant} TO [${name}]`)
  return openConnection({ oid })
}

const connection = await openConnection()

/** A row with one column is told as its value. */
export type Told = unknown[] | string | number

/** Runs a batch. Tells its rows, how many rows its statements changed, its messages, and at the end the numbers of its errors. */
export async function run(sql: string, on = connection): Promise<Told[]> {
  return (await runBatch(sql, on)).told
}

export async function runBatch(
  sql: string,
  on = connection,
): Promise<{ told: Told[]; errors: RequestError[] }> {
  const told: Told[] = []
  let rows: unknown[] | undefined
  const errors: RequestError[] = []
  const note = ({ message }: { message: string }) => told.push(`says ${message}`)
  await new Promise<void>((resolve) => {
    const request = new Request(sql, (error) => {
      if (error) errors.push(...(error instanceof AggregateError ? error.errors : [error]))
      resolve()
    })
    request.on('columnMetadata', () => {
      rows = []
      told.push(rows)
    })
    request.on('row', (columns: { value: unknown }[]) => {
      rows?.push(columns.length === 1 ? columns[0]?.value : columns.map(({ value }) => value))
    })
    request.on('done', (count: number | undefined) => {
      if (!rows && count !== undefined) told.push(`${count} rows`)
      rows = undefined
    })
    on.on('infoMessage', note)
    on.execSqlBatch(request)
  })
  on.off('infoMessage', note)
  return { told: [...told, ...errors.map((error) => error.number ?? error.message)], errors }
}

/** Each line says what a batch tells. They run in this order, on one connection. */
export function batches(cases: [sql: string, ...told: Told[]][]): void {
  for (const [sql, ...expected] of cases) it(sql, async () => assert.deepEqual(await run(sql), expected))
}

/** Each line says with which number and words a batch fails. */
export function failures(cases: [sql: string, number: number, words: string][]): void {
  for (const [sql, number, words] of cases) {
    it(`${number} for ${sql}`, async () => {
      const [error] = (await runBatch(sql)).errors

      assert.ok(error instanceof RequestError, 'This should have failed.')
      assert.equal(error.number, number, error.message)
      assert.ok(error.message.includes(words), error.message)
    })
  }
}
