// https://learn.microsoft.com/sql/t-sql/language-elements/try-catch-transact-sql
// https://learn.microsoft.com/sql/t-sql/language-elements/throw-transact-sql
// https://learn.microsoft.com/sql/t-sql/language-elements/raiserror-transact-sql
import { describe } from 'node:test'
import { batches, failures } from './test-batches.ts'

describe('TRY and CATCH', () => {
  batches([
    ['CREATE TABLE Tries (Id int PRIMARY KEY)'],
    [
      'BEGIN TRY SELECT 1; SELECT 1 / 0; SELECT 2 END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_SEVERITY(), ERROR_STATE(), ERROR_MESSAGE(), ERROR_PROCEDURE(), @@ERROR END CATCH; SELECT ERROR_NUMBER()',
      [1],
      [[8134, 16, 1, 'Divide by zero error encountered.', null, 8134]],
      [null],
    ],
    [
      'BEGIN TRY INSERT INTO Tries VALUES (1), (1) END TRY BEGIN CATCH SELECT ERROR_NUMBER() END CATCH; SELECT COUNT(*) FROM Tries',
      [2627],
      [0],
    ],
    ['BEGIN TRY SELECT 1 END TRY BEGIN CATCH SELECT 2 END CATCH', [1]],
    ["BEGIN TRY SELECT CAST('x' AS int) END TRY BEGIN CATCH END CATCH; SELECT 5", [5]],
    [
      "BEGIN TRY BEGIN TRY THROW 50001, N'inner', 1 END TRY BEGIN CATCH SELECT ERROR_MESSAGE(); THROW 50002, N'outer', 2; END CATCH END TRY BEGIN CATCH SELECT ERROR_NUMBER(), ERROR_MESSAGE(), ERROR_STATE() END CATCH",
      ['inner'],
      [[50002, 'outer', 2]],
    ],
    [
      'DECLARE @i int = 0; WHILE @i < 3 BEGIN SET @i += 1; BEGIN TRY IF @i = 2 SELECT 1 / 0; SELECT @i END TRY BEGIN CATCH CONTINUE END CATCH END',
      [1],
      [3],
    ],
    // What is found when the statement is compiled is not caught on the same level.
    ['BEGIN TRY SELECT * FROM Nothing END TRY BEGIN CATCH SELECT 1 END CATCH; SELECT 2', 208],
    // Nor may a TRY hide what the local database does not do.
    ['BEGIN TRY EXEC sp_who END TRY BEGIN CATCH SELECT 1 END CATCH', 50000],
    ['SELECT 1 / 0; SELECT @@ERROR; SELECT @@ERROR', [8134], [0], 8134],
  ])
})

describe('THROW', () => {
  batches([
    // The statement in front of THROW has to end with a semicolon.
    ["BEGIN TRY\nSELECT 1\nTHROW\n 51000, N'x', 1 END TRY\nBEGIN CATCH SELECT ERROR_LINE() END CATCH", 102],
    [
      "BEGIN TRY BEGIN TRY\nSELECT 1;\nTHROW 51000, N'x', 1 END TRY\nBEGIN CATCH THROW; END CATCH END TRY BEGIN CATCH SELECT ERROR_LINE() END CATCH",
      [1],
      [3],
    ],
    ["THROW 51000, N'stop', 7; SELECT 1", 51000],
    [
      "DECLARE @n int = 51001, @m nvarchar(9) = N'told'; BEGIN TRY THROW @n, @m, 1 END TRY BEGIN CATCH THROW END CATCH; SELECT 1",
      51001,
    ],
    ["BEGIN TRAN; SET XACT_ABORT ON; THROW 51000, N'stop', 1", 51000],
    ['SET XACT_ABORT OFF; SELECT @@TRANCOUNT', [0]],
  ])
  failures([
    ["THROW 51000, N'Not enough in stock.', 1", 51000, 'Not enough in stock.'],
    ["THROW 49999, N'x', 1", 35100, 'Error number 49999 in the THROW statement is outside the valid range.'],
    ['THROW', 10704, 'To rethrow an error, a THROW statement must be used inside a CATCH block.'],
    [
      'BEGIN TRY INSERT INTO Tries VALUES (NULL) END TRY BEGIN CATCH THROW; END CATCH',
      515,
      "Cannot insert the value NULL into column 'Id'",
    ],
  ])
})

describe('RAISERROR', () => {
  batches([
    ["RAISERROR (N'on the way', 10, 1); SELECT 1", 'says on the way', [1]],
    ["DECLARE @n int = 3; RAISERROR (N'%d of %s, 100%%', 16, 1, @n, N'a b'); SELECT @@ERROR", [50000], 50000],
    [
      "BEGIN TRY RAISERROR (N'caught', 16, 5) WITH NOWAIT; SELECT 1 END TRY BEGIN CATCH SELECT ERROR_MESSAGE(), ERROR_STATE() END CATCH",
      [['caught', 5]],
    ],
    [
      "BEGIN TRAN; SET XACT_ABORT ON; RAISERROR (N'goes on', 16, 1); SELECT @@TRANCOUNT; ROLLBACK; SET XACT_ABORT OFF",
      [1],
      50000,
    ],
  ])
  failures([
    ["RAISERROR (N'%d of %s, 100%%', 16, 1, 3, N'a b')", 50000, '3 of a b, 100%'],
    ["RAISERROR (N'x', 20, 1)", 2754, 'Error severity levels greater than 18'],
  ])
})
