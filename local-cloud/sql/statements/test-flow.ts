// https://learn.microsoft.com/sql/t-sql/language-elements/while-transact-sql
// https://learn.microsoft.com/sql/t-sql/language-elements/begin-end-transact-sql
import { describe } from 'node:test'
import { batches, failures } from './test-batches.ts'

describe('IF, WHILE and RETURN', () => {
  batches([
    ['IF 1 = 2 SELECT 1; ELSE BEGIN SELECT 2; SELECT 3 END', [2], [3]],
    ['DECLARE @i int = 0; WHILE @i < 3 SET @i += 1; SELECT @i', [3]],
    [
      'DECLARE @i int = 0; WHILE 1 = 1 BEGIN SET @i += 1; IF @i = 2 CONTINUE; IF @i > 3 BREAK; SELECT @i; END; SELECT 9',
      [1],
      [3],
      [9],
    ],
    [
      'DECLARE @a int = 0, @b int; WHILE @a < 2 BEGIN SET @a += 1; SET @b = 0; WHILE @b < 5 BEGIN SET @b += 1; IF @b = 2 BREAK END; SELECT @a * 10 + @b END',
      [12],
      [22],
    ],
    ['SELECT 1; RETURN; SELECT 2', [1]],
    ['WHILE 1 = 1 RETURN; SELECT 2'],
    ['IF 1 / 0 = 1 SELECT 1 ELSE SELECT 2', [2], 8134],
  ])
  failures([
    ['RETURN 5', 178, 'A RETURN statement with a return value cannot be used in this context.'],
    ['WHILE 1 = 1', 102, 'Incorrect syntax'],
  ])
})

describe('PRINT', () => {
  batches([
    ["DECLARE @n int = 5; PRINT N'n is ' + CAST(@n AS nvarchar(9)); SELECT 1", 'says n is 5', [1]],
    ['PRINT 1 + 2', 'says 3'],
  ])
})
