// https://learn.microsoft.com/sql/t-sql/queries/output-clause-transact-sql
// https://learn.microsoft.com/sql/t-sql/queries/update-transact-sql
// https://learn.microsoft.com/sql/t-sql/statements/delete-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batches, failures, openConnectionOf, run } from './test-batches.ts'

describe('OUTPUT', () => {
  batches([
    ['CREATE TABLE Jobs (Id int IDENTITY PRIMARY KEY, Name nvarchar(9), Done bit NOT NULL DEFAULT 0)'],
    [
      "INSERT INTO Jobs (Name) OUTPUT inserted.Id, inserted.Done, UPPER(inserted.Name) AS Loud VALUES (N'a'), (N'b')",
      [
        [1, false, 'A'],
        [2, false, 'B'],
      ],
    ],
    [
      "UPDATE Jobs SET Name = Name + N'!', Done = 1 OUTPUT deleted.Name, inserted.* WHERE Id = 2",
      [['b', 2, 'b!', true]],
    ],
    ['SELECT @@ROWCOUNT', [1]],
    ['DELETE FROM Jobs OUTPUT deleted.* WHERE Done = 1; SELECT COUNT(*) FROM Jobs', [[2, 'b!', true]], [1]],
    ['DELETE FROM Jobs OUTPUT deleted.Id WHERE Id = 99', []],
  ])
  failures([
    ['DELETE FROM Jobs OUTPUT Id', 207, "Invalid column name 'Id'."],
    [
      "INSERT INTO Jobs (Name) OUTPUT deleted.Id VALUES (N'x')",
      4104,
      'The multi-part identifier "deleted.Id" could not be bound.',
    ],
    ['DELETE FROM Jobs OUTPUT (SELECT 1)', 50000, 'OUTPUT'],
  ])

  it('needs SELECT on the table', async () => {
    const writer = await openConnectionOf('writer', 'GRANT INSERT ON dbo.Jobs')

    assert.deepEqual(await run("INSERT INTO Jobs (Name) OUTPUT inserted.Id VALUES (N'x')", writer), [229])
    assert.deepEqual(await run("INSERT INTO Jobs (Name) VALUES (N'x')", writer), ['1 rows'])
  })
})

describe('UPDATE and DELETE with FROM', () => {
  batches([
    ['CREATE TABLE Stock (Id int PRIMARY KEY, Amount int); CREATE TABLE Sales (StockId int, Amount int)'],
    [
      'INSERT INTO Stock VALUES (1, 10), (2, 20), (3, 30); INSERT INTO Sales VALUES (1, 4), (2, 5), (2, 5)',
      '3 rows',
      '3 rows',
    ],
    [
      'UPDATE s SET Amount -= x.Amount FROM dbo.Stock AS s INNER JOIN Sales x ON x.StockId = s.Id WHERE s.Id = 1',
      '1 rows',
    ],
    // Which of two rows counts is not said, but the target is changed once.
    [
      'UPDATE Stock SET Amount = Stock.Amount - x.Amount FROM Stock JOIN Sales x ON x.StockId = Stock.Id WHERE Stock.Id = 2',
      '1 rows',
    ],
    ['UPDATE Stock SET Amount = 0 FROM Sales x WHERE x.StockId = Stock.Id AND x.Amount = 4', '1 rows'],
    ['SELECT Amount FROM Stock ORDER BY Id', [0, 15, 30]],
    [
      'DELETE s OUTPUT deleted.Id FROM Stock s LEFT JOIN Sales x ON x.StockId = s.Id WHERE x.StockId IS NULL',
      [3],
    ],
    [
      'DELETE FROM Stock FROM Stock JOIN Sales ON StockId = Id WHERE Sales.Amount = 5; SELECT Id FROM Stock',
      '1 rows',
      [1],
    ],
  ])
  failures([
    [
      'UPDATE Stock SET Amount = 1 FROM Stock a JOIN Stock b ON a.Id = b.Id',
      8154,
      "The table 'Stock' is ambiguous.",
    ],
    ['UPDATE x SET Amount = 1 FROM (SELECT * FROM Stock) AS x', 50000, 'changes through a derived table'],
    ['UPDATE s SET Nothing = 1 FROM Stock s', 207, "Invalid column name 'Nothing'."],
    ['UPDATE q SET Amount = 1 FROM Stock s', 208, "Invalid object name 'q'."],
    [
      'DELETE s OUTPUT x.Amount FROM Stock s JOIN Sales x ON x.StockId = s.Id',
      50000,
      'columns of the FROM in an OUTPUT',
    ],
  ])
})

describe('INSERT', () => {
  batches([
    ['CREATE TABLE Targets (A int, B nvarchar(5))'],
    [
      "INSERT INTO Targets SELECT TOP 2 v.n, N'x' FROM (VALUES (1), (2), (3)) AS v (n) ORDER BY v.n DESC; SELECT A FROM Targets",
      '2 rows',
      [3, 2],
    ],
    ['INSERT Targets (B, A) SELECT B, A FROM Targets', '2 rows'],
  ])
  failures([
    ['INSERT INTO Targets (A, B) SELECT 1', 120, 'contains fewer items than the insert list'],
    ['INSERT INTO Targets (A) SELECT 1, 2', 121, 'contains more items than the insert list'],
    ['INSERT INTO Targets (A, a) VALUES (1, 2)', 264, "The column name 'a' is specified more than once"],
    ['INSERT INTO Targets (A) VALUES (1, 2)', 110, 'There are fewer columns in the INSERT statement'],
  ])
})
