// WITH … AS, and hints.
// https://learn.microsoft.com/sql/t-sql/queries/with-common-table-expression-transact-sql
import { describe } from 'node:test'
import { answers, errors, refusals } from './database.ts'

const numbers = (last: number) =>
  `WITH n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < ${last}) SELECT COUNT(*), MAX(i) FROM n`

describe('common table expressions', () => {
  answers([
    [
      'WITH a (x) AS (SELECT Id FROM Shops), b AS (SELECT x + 1 AS y FROM a) SELECT a.x, b.y FROM a JOIN b ON a.x = b.y',
      [
        [2, 2],
        [3, 3],
      ],
    ],
    ['WITH Shops AS (SELECT 7 AS Id) SELECT Id FROM dbo.Shops WHERE Id = 1', [1]],
    [numbers(101), [[101, 101]]],
    [`${numbers(500)} OPTION (MAXRECURSION 0)`, [[500, 500]]],
    [
      `WITH tree (Id, Parent) AS (SELECT * FROM (VALUES (1, NULL), (2, 1), (3, 1), (4, 3)) AS v (a, b)),
        below AS (SELECT Id, 0 AS level FROM tree WHERE Parent IS NULL
          UNION ALL SELECT t.Id, b.level + 1 FROM tree t JOIN below b ON t.Parent = b.Id)
        SELECT * FROM below ORDER BY Id`,
      [
        [1, 0],
        [2, 1],
        [3, 1],
        [4, 2],
      ],
    ],
    ['SELECT COUNT(*) FROM Shops WITH (NOLOCK) OPTION (RECOMPILE, MAXDOP 1)', [3]],
  ])
  errors([
    [numbers(102), 530, 'The maximum recursion 100 has been exhausted'],
    [`${numbers(9)} OPTION (MAXRECURSION 3)`, 530],
    ['WITH n AS (SELECT 1 AS i UNION SELECT i + 1 FROM n) SELECT * FROM n', 252],
    ["WITH n AS (SELECT 'a' AS t UNION ALL SELECT t + 'b' FROM n) SELECT * FROM n", 240, 'in column "t"'],
  ])
  refusals([
    ['WITH n AS (SELECT 1 AS i UNION ALL SELECT MAX(i) FROM n) SELECT * FROM n', 'DISTINCT, TOP, aggregates'],
    [
      'WITH n AS (SELECT 1 AS i UNION ALL SELECT n.i FROM Shops s LEFT JOIN n ON n.i = s.Id) SELECT * FROM n',
      'DISTINCT, TOP',
    ],
    ['SELECT * FROM Shops WITH (UPDLOCK)', 'the hint UPDLOCK'],
    ['SELECT * FROM Shops OPTION (HASH JOIN)', 'OPTION (HASH)'],
  ])
})
