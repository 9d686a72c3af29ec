// https://learn.microsoft.com/sql/t-sql/language-elements/save-transaction-transact-sql
// https://learn.microsoft.com/sql/t-sql/functions/xact-state-transact-sql
// https://learn.microsoft.com/sql/t-sql/statements/set-xact-abort-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ISOLATION_LEVEL, Request } from 'tedious'
import { batches, failures, openConnection, run } from './test-batches.ts'

describe('transactions', () => {
  batches([
    ['CREATE TABLE Steps (Id int PRIMARY KEY)'],
    [
      'BEGIN TRAN; BEGIN TRAN inner_one; INSERT INTO Steps VALUES (1); COMMIT TRAN inner_one; SELECT @@TRANCOUNT, XACT_STATE(); ROLLBACK; SELECT @@TRANCOUNT, XACT_STATE(), COUNT(*) FROM Steps',
      '1 rows',
      [[1, 1]],
      [[0, 0, 0]],
    ],
    [
      'BEGIN TRANSACTION; INSERT INTO Steps VALUES (1); SAVE TRANSACTION half; INSERT INTO Steps VALUES (2); ROLLBACK TRANSACTION half; SELECT @@TRANCOUNT; INSERT INTO Steps VALUES (3); COMMIT; SELECT Id FROM Steps',
      '1 rows',
      '1 rows',
      [1],
      '1 rows',
      [1, 3],
    ],
    [
      'BEGIN TRAN outer_one; DELETE FROM Steps; ROLLBACK TRAN outer_one; SELECT COUNT(*), @@TRANCOUNT FROM Steps',
      '2 rows',
      [[2, 0]],
    ],
    [
      'BEGIN TRAN; SAVE TRAN a; SAVE TRAN A; INSERT INTO Steps VALUES (9); ROLLBACK TRAN a; COMMIT; SELECT COUNT(*) FROM Steps',
      '1 rows',
      [2],
    ],
    // A statement that fails is undone, and the transaction goes on.
    [
      'BEGIN TRAN; INSERT INTO Steps VALUES (4); INSERT INTO Steps VALUES (4); COMMIT; SELECT COUNT(*) FROM Steps',
      '1 rows',
      [3],
      2627,
    ],
    [
      'SET XACT_ABORT ON; BEGIN TRAN; INSERT INTO Steps VALUES (5); INSERT INTO Steps VALUES (5); COMMIT',
      '1 rows',
      2627,
    ],
    ['SET XACT_ABORT OFF; SELECT COUNT(*), @@TRANCOUNT FROM Steps', [[3, 0]]],
  ])
  failures([
    ['SAVE TRAN a', 628, 'Cannot issue SAVE TRANSACTION when there is no active transaction.'],
    [
      'BEGIN TRAN; ROLLBACK TRAN nothing',
      6401,
      'Cannot roll back nothing. No transaction or savepoint of that name was found.',
    ],
    ['ROLLBACK; ROLLBACK', 3903, 'no corresponding BEGIN TRANSACTION'],
  ])
})

describe('a transaction that an error in a TRY has spoiled', () => {
  const spoil =
    'SET XACT_ABORT ON; BEGIN TRY BEGIN TRAN; INSERT INTO Steps VALUES (8); INSERT INTO Steps VALUES (8); COMMIT END TRY'
  batches([
    [
      `${spoil} BEGIN CATCH SELECT XACT_STATE(); ROLLBACK; SELECT XACT_STATE() END CATCH; SELECT COUNT(*) FROM Steps`,
      '1 rows',
      [-1],
      [0],
      [3],
    ],
    [`${spoil} BEGIN CATCH INSERT INTO Steps VALUES (9) END CATCH`, '1 rows', 3930, 3998],
    [
      `${spoil} BEGIN CATCH BEGIN TRY COMMIT END TRY BEGIN CATCH SELECT ERROR_NUMBER(); ROLLBACK END CATCH END CATCH`,
      '1 rows',
      [3930],
    ],
    [`${spoil} BEGIN CATCH SELECT 1 END CATCH`, '1 rows', [1], 3998],
    [`SET XACT_ABORT OFF; SELECT @@TRANCOUNT, COUNT(*) FROM Steps`, [[0, 3]]],
    // A failed conversion spoils it in any case, other errors only with XACT_ABORT.
    [
      "BEGIN TRY BEGIN TRAN; SELECT CAST('x' AS int) END TRY BEGIN CATCH SELECT XACT_STATE(); ROLLBACK END CATCH",
      [-1],
    ],
    ['BEGIN TRY BEGIN TRAN; SELECT 1 / 0 END TRY BEGIN CATCH SELECT XACT_STATE(); COMMIT END CATCH', [1]],
  ])
})

// https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/4d324ab1-0ae0-4c05-8826-b0bf4c8ca4c4
describe('requests to the transaction manager', () => {
  type Work = (done: (error?: Error | null) => void) => void
  const ask = (work: Work) =>
    new Promise<void>((resolve, reject) => work((error) => (error ? reject(error) : resolve())))

  it('set savepoints, and go back to them', async () => {
    const connection = await openConnection()
    await run('CREATE TABLE Requests (Id int)', connection)

    await ask((done) => connection.beginTransaction(done))
    await run('INSERT INTO Requests VALUES (1)', connection)
    await ask((done) => connection.saveTransaction(done, 'half ]way'))
    await run('INSERT INTO Requests VALUES (2)', connection)
    await ask((done) => connection.rollbackTransaction(done, 'half ]way'))
    assert.deepEqual(await run('SELECT @@TRANCOUNT', connection), [[1]])
    await ask((done) => connection.commitTransaction(done))

    assert.deepEqual(await run('SELECT Id FROM Requests', connection), [[1]])
  })

  it('go back to the beginning of the transaction by its name, and to no other', async () => {
    const connection = await openConnection()
    await ask((done) => connection.beginTransaction(done, 'whole'))

    await assert.rejects(
      ask((done) => connection.rollbackTransaction(done, 'other')),
      { number: 6401 },
    )
    await ask((done) => connection.rollbackTransaction(done, 'whole'))

    assert.deepEqual(await run('SELECT @@TRANCOUNT', connection), [[0]])
  })

  it('need a transaction for a savepoint', async () => {
    const connection = await openConnection()

    await assert.rejects(
      ask((done) => connection.saveTransaction(done, 'half')),
      { number: 628 },
    )
  })

  it('begin a transaction with its isolation level', async () => {
    const connection = await openConnection()
    await run('CREATE TABLE Snapshots (Id int)', connection)
    const count = () => run('SELECT COUNT(*) FROM Snapshots', connection)
    await ask((done) => connection.beginTransaction(done, '', ISOLATION_LEVEL.SNAPSHOT))
    await count()

    await run('INSERT INTO Snapshots VALUES (1)')

    assert.deepEqual(await count(), [[0]])
    await ask((done) => connection.commitTransaction(done))
    assert.deepEqual(await count(), [[1]])
  })
})

describe('sp_executesql', () => {
  it('ends what it sets, and its scope of identities, with itself', async () => {
    const connection = await openConnection()
    const procedure = (sql: string) =>
      new Promise<void>((resolve, reject) =>
        connection.execSql(new Request(sql, (error) => (error ? reject(error) : resolve()))),
      )

    await run('CREATE TABLE Scopes (Id int IDENTITY); INSERT INTO Scopes DEFAULT VALUES', connection)
    await procedure(
      "IF SCOPE_IDENTITY() IS NOT NULL THROW 50001, N'It is not in the scope of the session.', 1",
    )
    await procedure(
      'SET NOCOUNT ON; SET XACT_ABORT ON; SET IDENTITY_INSERT Scopes ON; INSERT INTO Scopes (Id) VALUES (7)',
    )

    assert.deepEqual(await run('SELECT SCOPE_IDENTITY(), @@IDENTITY', connection), [[[1, 7]]])
    assert.deepEqual(await run('INSERT INTO Scopes (Id) VALUES (8)', connection), [544])
    assert.deepEqual(await run('INSERT INTO Scopes DEFAULT VALUES', connection), ['1 rows'])
  })
})
