// UNION, INTERSECT and EXCEPT.
// https://learn.microsoft.com/sql/t-sql/language-elements/set-operators-union-transact-sql
// https://learn.microsoft.com/sql/t-sql/language-elements/set-operators-except-and-intersect-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answers, ask, errors } from './database.ts'

describe('UNION, INTERSECT and EXCEPT', () => {
  answers([
    ["SELECT N'tent' AS item UNION ALL SELECT Item FROM Sales WHERE Shop = 1", ['tent', 'Tent', 'tent']],
    ["SELECT LOWER(Item) AS i FROM Sales UNION SELECT N'ROPE  ' ORDER BY i", ['lamp', 'rope', 'tent']],
    ['SELECT Shop FROM Sales UNION SELECT NULL UNION SELECT 7 ORDER BY Shop DESC', [7, 2, 1, null]],
    ['SELECT Shop FROM Sales INTERSECT SELECT * FROM (VALUES (NULL), (2), (2)) v (n) ORDER BY 1', [null, 2]],
    ['SELECT Id FROM Shops EXCEPT SELECT Shop FROM Sales', [3]],
    ['SELECT Shop FROM Sales EXCEPT SELECT Id FROM Shops', [null]],
    // INTERSECT comes first, then from left to right.
    ['SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 2', [1, 2]],
    ['(SELECT 1 UNION ALL SELECT 2) INTERSECT SELECT 2', [2]],
    ['SELECT 1 AS n EXCEPT SELECT 1 UNION ALL SELECT 1', [1]],
    ['SELECT n FROM (SELECT 3 AS n UNION SELECT 1) AS u ORDER BY n OFFSET 1 ROWS', [3]],
    ["SELECT Id FROM Shops WHERE Name IN (SELECT N'nord' UNION SELECT N'WEST') ORDER BY Id", [1, 3]],
    ['WITH u AS (SELECT 1 AS n UNION ALL SELECT 2) SELECT SUM(n) FROM u', [3]],
    ['SELECT TOP 1 Id FROM Shops UNION ALL SELECT TOP (1) Id + 10 FROM Shops WHERE Id > 1', [1, 12]],
    ['DECLARE @t int = 0; SELECT @t = n FROM (SELECT 4 AS n UNION SELECT 4) u; SELECT @t', [4]],
    [
      "INSERT INTO Shops SELECT 8, N'x', 'y' UNION ALL SELECT 9, N'z', NULL; DELETE FROM Shops WHERE Id > 7",
      [],
    ],
  ])

  // https://learn.microsoft.com/sql/t-sql/data-types/data-type-precedence-transact-sql
  for (const [sql, type, rows] of [
    ['SELECT 1 AS n UNION ALL SELECT 2.5', 'NumericN', [1, 2.5]],
    ["SELECT 1 AS n UNION ALL SELECT '2'", 'IntN', [1, 2]],
    ["SELECT NULL AS n UNION ALL SELECT NULL UNION ALL SELECT 'abc'", 'VarChar', [null, null, 'abc']],
    ["SELECT 'abc' AS n UNION ALL SELECT N'日'", 'NVarChar', ['abc', '日']],
  ] as const) {
    it(`have the type that suits all: ${sql}`, async () => {
      const answer = await ask(sql)

      assert.equal(answer.columns[0]?.type.name.replace('Decimal', 'Numeric'), type)
      assert.deepEqual(answer.rows.flat(), rows)
    })
  }

  errors([
    ['SELECT 1, 2 UNION SELECT 1', 205],
    ["SELECT 'x' UNION SELECT 1", 245],
    ['SELECT Id AS n FROM Shops UNION SELECT 1 ORDER BY Id', 104],
    ['SELECT Id FROM Shops UNION SELECT 1 ORDER BY Id + 1', 104],
    ['SELECT Id FROM Shops UNION SELECT 1 ORDER BY 2', 108],
    ['SELECT Id FROM Shops ORDER BY Id UNION SELECT 1', 156, "near the keyword 'UNION'"],
  ])
})
