// What goes on at the same time: transactions, queries that take long, and requests that are cancelled.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, afterEach, beforeEach, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { type Connection, Request, TYPES } from 'tedious'
import { ask, askFor, createLogins, startTestServer } from './test-client.ts'

const server = await startTestServer({ longestBatch: 100_000, longestWait: 100, mostAtOnce: 3 })
after(() => server.close())

const { login, closeAll } = createLogins(server.port)

afterEach(() => {
  server.faults.clear()
  closeAll()
})

beforeEach(async () => {
  await server.execute(
    'DROP TABLE IF EXISTS dbo.Accounts; CREATE TABLE dbo.Accounts (Id int PRIMARY KEY, Amount int NOT NULL)',
  )
  await server.execute('INSERT INTO dbo.Accounts VALUES (1, 100), (2, 0)')
})

const amounts = async () =>
  (await server.execute('SELECT Amount FROM dbo.Accounts ORDER BY Id')).map((row) => row.Amount)

const total = async (connection: Connection) =>
  (await ask(connection, 'SELECT SUM(Amount) AS total FROM dbo.Accounts')).rows[0]?.total

const hundred = `(VALUES ${Array.from({ length: 100 }, (_, index) => `(${index})`).join(', ')})`

/** Counts so many rows that it takes hours. */
const endless = `SELECT COUNT_BIG(*) AS n FROM ${hundred} AS t0 (a)${[1, 2, 3, 4, 5, 6]
  .map((index) => ` INNER JOIN ${hundred} AS t${index} (a) ON t${index}.a >= 0`)
  .join('')}`

/** Sends a request, and gives it with what becomes of it. */
function send(connection: Connection, sql: string): { request: Request; ended: Promise<{ code?: string }> } {
  const { promise, resolve } = Promise.withResolvers<{ code?: string }>()
  const request = new Request(sql, (error) => resolve((error ?? {}) as { code?: string }))
  connection.execSqlBatch(request)
  return { request, ended: promise }
}

describe('a query that takes long', () => {
  it('stops nobody else', async () => {
    const { request, ended } = send(await login(), endless)
    const other = await login()

    assert.equal(await total(other), 100)
    assert.equal((await ask(other, 'UPDATE dbo.Accounts SET Amount = 1')).rowCount, 2)
    request.cancel()
    await ended
  })

  it('is cancelled while it runs, and leaves a usable connection', async () => {
    const connection = await login()
    const { request, ended } = send(connection, endless)
    await total(await login())
    request.cancel()

    assert.equal((await ended).code, 'ECANCEL')
    assert.equal(await total(connection), 100)
  })

  it('ends when its client leaves', async () => {
    const writer = await login()
    send(writer, `BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 7; ${endless}`)
    await total(await login())
    writer.close()

    await ask(await login(), 'UPDATE dbo.Accounts SET Amount = 1')
    assert.deepEqual(await amounts(), [1, 1])
  })

  it('ends with 50000 when the time is up, and so does its transaction', async (t) => {
    const connection = await login()
    await ask(connection, 'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 7', 'batch')
    const { longestBatch } = server.limits
    t.after(() => {
      server.limits.longestBatch = longestBatch
    })
    server.limits.longestBatch = 500

    await assert.rejects(ask(connection, endless, 'batch'), {
      number: 50_000,
      message: 'The local database ends a batch that runs for 0.5 seconds, and its transaction.',
    })
    server.limits.longestBatch = longestBatch
    assert.equal((await ask(connection, 'SELECT @@TRANCOUNT AS n')).rows[0]?.n, 0)
    assert.equal(await total(connection), 100)
  })

  it('ends with 50000 when its result is too large, and the connection goes on', async () => {
    const connection = await login()
    const text = 'x'.repeat(1_000_000)

    await assert.rejects(
      ask(connection, `SELECT @text AS t FROM ${hundred} AS t (a)`, { text: [TYPES.NVarChar, text] }),
      {
        number: 50_000,
        message: /may take 64 MB/,
      },
    )
    assert.equal(await total(connection), 100)
  })
})

describe('a reader', () => {
  it('passes an open transaction, and reads what is committed', async () => {
    const writer = await login()
    const reader = await login()
    await ask(writer, 'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 7', 'batch')

    assert.equal(await total(reader), 100)
    assert.equal(await total(writer), 14)
    await ask(writer, 'COMMIT', 'batch')
    assert.equal(await total(reader), 14)
  })

  it('reads anew with each statement of its transaction, as READ COMMITTED does', async () => {
    const reader = await login()
    await ask(reader, 'BEGIN TRAN', 'batch')
    const before = await total(reader)
    await ask(await login(), 'UPDATE dbo.Accounts SET Amount = 7')

    assert.deepEqual([before, await total(reader)], [100, 14])
    await ask(reader, 'UPDATE dbo.Accounts SET Amount = Amount + 1; COMMIT', 'batch')
    assert.deepEqual(await amounts(), [8, 8])
  })

  it('reads the same again in a SNAPSHOT transaction, which cannot write over later changes', async () => {
    const reader = await login()
    await ask(reader, 'SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRAN', 'batch')
    const before = await total(reader)
    await ask(await login(), 'UPDATE dbo.Accounts SET Amount = 7')

    assert.deepEqual([before, await total(reader)], [100, 100])
    await assert.rejects(ask(reader, 'UPDATE dbo.Accounts SET Amount = 8', 'batch'), { number: 50_000 })
  })

  for (const level of ['REPEATABLE READ', 'SERIALIZABLE']) {
    it(`keeps writers waiting in a transaction that is ${level}`, async () => {
      const reader = await login()
      await ask(reader, `SET TRANSACTION ISOLATION LEVEL ${level}; BEGIN TRAN`, 'batch')
      await total(reader)

      const writer = await login()
      await assert.rejects(ask(writer, 'SET LOCK_TIMEOUT 20; UPDATE dbo.Accounts SET Amount = 7', 'batch'), {
        number: 1222,
      })
      await ask(reader, 'COMMIT', 'batch')
      await ask(writer, 'UPDATE dbo.Accounts SET Amount = 7')
    })
  }
})

describe('a writer', () => {
  it('waits until the transaction before it has ended', async () => {
    const first = await login()
    const second = await login()
    await ask(first, 'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = Amount + 1', 'batch')
    const { ended } = send(second, 'UPDATE dbo.Accounts SET Amount = Amount * 2')
    assert.equal(await total(await login()), 100)
    await ask(first, 'COMMIT', 'batch')

    assert.deepEqual(await ended, {})
    assert.deepEqual(await amounts(), [202, 2])
  })

  it('gives up with 1222 after the time that LOCK_TIMEOUT says, and keeps its own transaction', async () => {
    const first = await login()
    const second = await login()
    await ask(second, 'SET LOCK_TIMEOUT 30; BEGIN TRAN', 'batch')
    await ask(first, 'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 7', 'batch')

    await assert.rejects(ask(second, 'UPDATE dbo.Accounts SET Amount = 9', 'batch'), {
      number: 1222,
      class: 16,
      message: 'Lock request time out period exceeded.',
    })
    assert.equal((await ask(second, 'SELECT @@TRANCOUNT AS n')).rows[0]?.n, 1)
    await ask(first, 'ROLLBACK', 'batch')
    await ask(second, 'UPDATE dbo.Accounts SET Amount = 9; COMMIT', 'batch')
    assert.deepEqual(await amounts(), [9, 9])
  })

  it('stops waiting when it is cancelled', async () => {
    const first = await login()
    const second = await login()
    await ask(first, 'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 7', 'batch')
    await assert.rejects(askFor(150, second, 'UPDATE dbo.Accounts SET Amount = 9'), { code: 'ETIMEOUT' })
    await ask(first, 'COMMIT', 'batch')

    assert.equal(await total(second), 14)
  })

  it('is refused with 10928 while as many transactions are open as there can be', async () => {
    const transactions = await Promise.all(Array.from({ length: 3 }, () => login()))
    for (const connection of transactions) await ask(connection, 'BEGIN TRAN', 'batch')
    const [first] = transactions

    await assert.rejects(login(), /The request limit for the database is 3/)
    await ask(first ?? assert.fail(), 'COMMIT', 'batch')
    await login()
  })
})

describe('a request that is cancelled', () => {
  function cancelled(connection: Connection, afterMs: number): Promise<{ code?: string } | undefined | null> {
    return new Promise((resolve) => {
      const request = new Request('SELECT 1 AS one', (error) => resolve(error as { code?: string }))
      connection.execSql(request)
      setTimeout(() => request.cancel(), afterMs)
    })
  }

  it('ends although the server hangs, and leaves a usable connection', async () => {
    const connection = await login()
    server.faults.hangNext({ times: 2 })

    assert.equal((await cancelled(connection, 30))?.code, 'ECANCEL')
    assert.equal((await cancelled(connection, 0))?.code, 'ECANCEL')
    assert.deepEqual((await ask(connection, 'SELECT 2 AS two')).rows, [{ two: 2 }])
  })

  it('ends when the time is up', async () => {
    const connection = await login()
    server.faults.hangNext()

    await assert.rejects(askFor(150, connection, 'SELECT 1 AS one'), { code: 'ETIMEOUT' })
    assert.deepEqual((await ask(connection, 'SELECT 2 AS two')).rows, [{ two: 2 }])
  })

  it('ends while its answer is on the way', async () => {
    const connection = await login()
    const values = Array.from({ length: 2_000 }, (_, index) => `(${index}, N'${'x'.repeat(200)}')`).join(', ')
    const request = new Request(`SELECT * FROM (VALUES ${values}) AS v (a, b)`, () => {})
    request.once('row', () => request.cancel())
    connection.execSqlBatch(request)
    await once(request, 'requestCompleted')

    assert.deepEqual((await ask(connection, 'SELECT 2 AS two')).rows, [{ two: 2 }])
  })

  it('ends before it is fully sent', async () => {
    const connection = await login()
    const error = await new Promise<{ code?: string } | null | undefined>((resolve) => {
      const request = new Request(`SELECT N'${'x'.repeat(500_000)}' AS x`, (cause) =>
        resolve(cause as { code?: string }),
      )
      connection.execSqlBatch(request)
      request.cancel()
    })

    assert.equal(error?.code, 'ECANCEL')
    assert.deepEqual((await ask(connection, 'SELECT 2 AS two')).rows, [{ two: 2 }])
  })
})

describe('a transaction', () => {
  beforeEach(async () => {
    await server.execute(
      'DROP TABLE IF EXISTS dbo.Accounts; CREATE TABLE dbo.Accounts (Id int PRIMARY KEY, Amount int NOT NULL)',
    )
    await server.execute('INSERT INTO dbo.Accounts VALUES (1, 100), (2, 0)')
  })

  const amounts = async () =>
    (await server.execute('SELECT Amount FROM dbo.Accounts ORDER BY Id')).map((row) => row.Amount)

  it('is committed or rolled back as a whole, by statements and by calls', async () => {
    const connection = await login()
    const move =
      'UPDATE dbo.Accounts SET Amount = Amount - 10 WHERE Id = 1; UPDATE dbo.Accounts SET Amount = Amount + 10 WHERE Id = 2;'
    await ask(connection, `BEGIN TRAN; ${move} ROLLBACK`, 'batch')
    assert.deepEqual(await amounts(), [100, 0])
    await ask(connection, `BEGIN TRANSACTION ${move} COMMIT TRANSACTION`, 'batch')
    assert.deepEqual(await amounts(), [90, 10])

    await promisify(connection.beginTransaction.bind(connection))()
    await ask(connection, move)
    await promisify(connection.rollbackTransaction.bind(connection))()
    assert.deepEqual(await amounts(), [90, 10])
    await promisify(connection.beginTransaction.bind(connection))()
    await ask(connection, move)
    await promisify(connection.commitTransaction.bind(connection))()
    assert.deepEqual(await amounts(), [80, 20])
  })

  it('ends with its connection', async () => {
    const writer = await login()
    await ask(writer, 'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 0', 'batch')
    writer.close()
    await ask(await login(), 'UPDATE dbo.Accounts SET Amount = Amount + 1')

    assert.deepEqual(await amounts(), [101, 1])
  })

  it('is undone by XACT_ABORT when a statement fails, and takes the rest of the batch with it', async () => {
    const connection = await login()
    const batch =
      'BEGIN TRAN; UPDATE dbo.Accounts SET Amount = 5; INSERT INTO dbo.Accounts VALUES (1, 1); INSERT INTO dbo.Accounts VALUES (3, 3); COMMIT'
    await assert.rejects(ask(connection, `SET XACT_ABORT ON; ${batch}`, 'batch'), { number: 2627 })
    assert.deepEqual(await amounts(), [100, 0])

    await assert.rejects(ask(connection, `SET XACT_ABORT OFF; ${batch}`, 'batch'), { number: 2627 })
    assert.deepEqual(await amounts(), [5, 5, 3])
  })
})
