// https://learn.microsoft.com/sql/t-sql/statements/create-table-transact-sql#temporary-tables
// https://learn.microsoft.com/sql/t-sql/queries/select-into-clause-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Connection, Request } from 'tedious'
import { batches, failures, openConnection, openConnectionOf, run } from './test-batches.ts'

describe('temporary tables', () => {
  batches([
    [
      "CREATE TABLE #notes (Id int IDENTITY CONSTRAINT PK_Notes PRIMARY KEY, Text nvarchar(9) DEFAULT N'x' CHECK (Text <> N''))",
    ],
    ["INSERT INTO #notes DEFAULT VALUES; INSERT INTO #notes VALUES (N'')", '1 rows', 547],
    ['SELECT n.Id, n.Text FROM #Notes AS n; SELECT COUNT(*) FROM tempdb..#notes', [[1, 'x']], [1]],
    [
      "SELECT name FROM sys.tables WHERE name LIKE '#%'; SELECT CASE WHEN OBJECT_ID('tempdb..#notes') IS NULL THEN 0 ELSE 1 END",
      [],
      [1],
    ],
    [
      'ALTER TABLE #notes ADD Extra int; CREATE UNIQUE INDEX IX ON #notes (Text); UPDATE #notes SET Extra = 5; TRUNCATE TABLE #notes',
      '1 rows',
    ],
    [
      "BEGIN TRAN; CREATE TABLE #gone (A int); INSERT INTO #notes (Text) VALUES (N'z'); ROLLBACK; SELECT COUNT(*) FROM #notes; SELECT * FROM #gone",
      '1 rows',
      [0],
      208,
    ],
    ['DROP TABLE IF EXISTS #notes; SELECT * FROM #notes', 208],
  ])

  it('belong to one connection, and are gone when that is reset or closed', async () => {
    const one = await openConnection()
    const other = await openConnection()
    await run('CREATE TABLE #own (A int); INSERT INTO #own VALUES (1)', one)
    await run('CREATE TABLE #own (B int)', other)

    assert.deepEqual(await run('SELECT A FROM #own', one), [[1]])
    assert.deepEqual(await run('SELECT * FROM #own', other), [[]])

    await new Promise<void>((resolve, reject) => one.reset((error) => (error ? reject(error) : resolve())))
    assert.deepEqual(await run('SELECT * FROM #own', one), [208])
    assert.deepEqual(await run('SELECT B FROM #own', other), [[]])
  })

  it('end with the sp_executesql that creates them', async () => {
    const connection = await openConnection()
    await run('CREATE TABLE #outer (A int)', connection)
    await procedure(
      connection,
      'CREATE TABLE #inner (A int); INSERT INTO #inner VALUES (1); INSERT INTO #outer SELECT A FROM #inner',
    )

    assert.deepEqual(await run('SELECT A FROM #outer; SELECT A FROM #inner', connection), [[1], 208])
  })

  it('are open to every user', async () => {
    const user = await openConnectionOf('temporary')
    await run('CREATE TABLE Hidden (A int)')

    assert.deepEqual(
      await run('SELECT 1 AS a INTO #mine; INSERT INTO #mine VALUES (2); SELECT a FROM #mine', user),
      ['1 rows', '1 rows', [1, 2]],
    )
    assert.deepEqual(await run('SELECT A INTO #copy FROM Hidden', user), [229])
    assert.deepEqual(await run('SELECT 1 AS a INTO Mine', user), [262])
  })
})

function procedure(connection: Connection, sql: string): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.execSql(new Request(sql, (error) => (error ? reject(error) : resolve())))
  })
}

describe('SELECT INTO', () => {
  batches([
    [
      "CREATE TABLE Sources (Id int IDENTITY(5, 5) PRIMARY KEY, Name nvarchar(9) NOT NULL); INSERT INTO Sources VALUES (N'a'), (N'b')",
      '2 rows',
    ],
    [
      'SELECT Id, Name, Id * 2 AS Twice INTO Copies FROM Sources WHERE Id > 5; SELECT * FROM Copies',
      '1 rows',
      [[10, 'b', 20]],
    ],
    // The column of one table keeps its numbering, and NOT NULL; keys and the like stay behind.
    ["INSERT INTO Copies (Name) VALUES (N'c'); SELECT Id FROM Copies", '1 rows', [10, 15]],
    ['INSERT INTO Copies (Name) VALUES (NULL)', 515],
    [
      'SELECT s.Id INTO Joined FROM Sources s JOIN Copies c ON c.Id = s.Id; INSERT INTO Joined VALUES (1), (1)',
      '1 rows',
      '2 rows',
    ],
    ['SELECT Id INTO United FROM Sources UNION ALL SELECT 1; SELECT COUNT(*) FROM United', '3 rows', [3]],
  ])
  failures([
    ['SELECT Id INTO Copies FROM Sources', 2714, "There is already an object named 'Copies'"],
    ['SELECT Id + 1 INTO Nameless FROM Sources', 1038, 'verify each column has a name'],
    ['SELECT * FROM (SELECT Id INTO Inner1 FROM Sources) AS x', 156, "keyword 'INTO'"],
    ['SELECT DISTINCT Id INTO Others FROM Sources', 50000, 'SELECT INTO of such an identity column'],
  ])
})
