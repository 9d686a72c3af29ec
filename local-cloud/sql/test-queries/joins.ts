// Joins and the other things that stand in a FROM.
// https://learn.microsoft.com/sql/t-sql/queries/from-transact-sql
import { describe } from 'node:test'
import { answers, errors, refusals } from './database.ts'

describe('joins', () => {
  answers([
    [
      'SELECT s.Name, a.Id FROM Shops s JOIN Sales a ON a.Shop = s.Id AND a.Amount > 1 ORDER BY a.Id',
      [
        ['Nord', 1],
        ['Süd', 3],
      ],
    ],
    [
      'SELECT s.Name, a.Id FROM Shops s LEFT JOIN Sales a ON a.Shop = s.Id AND a.Amount > 1 ORDER BY s.Id',
      [
        ['Nord', 1],
        ['Süd', 3],
        ['West', null],
      ],
    ],
    [
      'SELECT s.Name, a.Id FROM Shops s RIGHT OUTER JOIN Sales a ON a.Shop = s.Id ORDER BY a.Id',
      [
        ['Nord', 1],
        ['Nord', 2],
        ['Süd', 3],
        ['Süd', 4],
        [null, 5],
      ],
    ],
    [
      'SELECT s.Name, a.Id FROM Shops s FULL JOIN Sales a ON a.Shop = s.Id AND a.Id > 3 ORDER BY s.Id, a.Id',
      [
        [null, 1],
        [null, 2],
        [null, 3],
        [null, 5],
        ['Nord', null],
        ['Süd', 4],
        ['West', null],
      ],
    ],
    ['SELECT COUNT(*) FROM Shops CROSS JOIN Sales', [15]],
    ['SELECT COUNT(*) FROM Shops s, Sales a WHERE a.Shop = s.Id', [4]],
    ['SELECT COUNT(*) FROM Shops a, Shops b JOIN Shops c ON b.Id < c.Id', [9]],
    [
      'SELECT s.Id, b.Id FROM Shops s LEFT JOIN (Sales a JOIN Sales b ON a.Id + 1 = b.Id) ON a.Shop = s.Id ORDER BY 1, 2',
      [
        [1, 2],
        [1, 3],
        [2, 4],
        [2, 5],
        [3, null],
      ],
    ],
    [
      'SELECT s.Id, b.Id FROM Shops s LEFT JOIN Sales a JOIN Sales b ON a.Id + 1 = b.Id ON a.Shop = s.Id ORDER BY 1, 2',
      [
        [1, 2],
        [1, 3],
        [2, 4],
        [2, 5],
        [3, null],
      ],
    ],
    ['SELECT * FROM (SELECT Id FROM Shops) a CROSS JOIN (VALUES (7)) AS b (n) WHERE Id = 1', [[1, 7]]],
    ['SELECT Id FROM Shops WHERE ((SELECT MAX(Id) FROM Shops) - 1) = Id', [2]],
    ['SELECT Id FROM Shops WHERE (Id IN ((SELECT MAX(Shop) FROM Sales), 3))', [2, 3]],
  ])
  errors([
    ['SELECT 1 FROM Shops a, Shops b JOIN Shops c ON a.Id = c.Id', 4104, '"a.Id" could not be bound'],
    ['SELECT 1 FROM Shops a JOIN Shops b ON COUNT(*) > 1', 1015],
    ['SELECT 1 FROM Shops a JOIN Shops b', 102],
    ['SELECT 1 FROM Shops a CROSS JOIN Shops b ON a.Id = b.Id', 156, "near the keyword 'ON'"],
    ['SELECT (SELECT Id FROM Shops)', 512],
    ['SELECT Id FROM Shops WHERE Id = (SELECT Id, Name FROM Shops)', 116],
  ])
  refusals([['SELECT 1 FROM Shops PIVOT (COUNT(Id) FOR City IN ([Oslo])) p', 'PIVOT']])
})
