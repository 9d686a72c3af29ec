// GROUP BY, HAVING and what a query with aggregates may name.
// https://learn.microsoft.com/sql/t-sql/queries/select-group-by-transact-sql
import { describe } from 'node:test'
import { answers, errors, refusals } from './database.ts'

describe('groups', () => {
  answers([
    [
      'SELECT Item, SUM(Amount) FROM Sales GROUP BY Item HAVING COUNT(*) > 1 ORDER BY Item',
      [
        ['Lamp', 8],
        ['Tent', 3],
      ],
    ],
    [
      'SELECT Shop % 2, COUNT(*) FROM Sales GROUP BY Shop % 2 ORDER BY Shop % 2 DESC',
      [
        [1, 2],
        [0, 2],
        [null, 1],
      ],
    ],
    [
      'SELECT Shop + 1, COUNT(Amount) * 2 FROM Sales GROUP BY Shop ORDER BY COUNT(*) DESC, Shop DESC',
      [
        [3, 2],
        [2, 4],
        [null, 2],
      ],
    ],
    ['SELECT COUNT(*) FROM Sales HAVING COUNT(*) > 9', []],
    ['SELECT MAX(Shop) FROM Sales WHERE 1 = 0', [null]],
    ['SELECT TOP (SELECT COUNT(*) - 1 FROM Shops) Id FROM Sales ORDER BY Id', [1, 2]],
    ['SELECT 1 FROM Sales WHERE 1 = 0 GROUP BY Shop', []],
    [
      'SELECT Shop, (SELECT COUNT(*) FROM Shops WHERE Shops.Id <= Sales.Shop) FROM Sales GROUP BY Shop ORDER BY Shop',
      [
        [null, 0],
        [1, 1],
        [2, 2],
      ],
    ],
    [
      'SELECT Name, (SELECT MAX(Amount) FROM Sales WHERE Shop = Shops.Id) FROM Shops ORDER BY Id',
      [
        ['Nord', 2],
        ['Süd', 5],
        ['West', null],
      ],
    ],
    [
      'SELECT SUM(Amount), SUM(SUM(Amount)) OVER () FROM Sales WHERE Shop > 0 GROUP BY Shop',
      [
        [3, 8],
        [5, 8],
      ],
    ],
    [
      "SELECT CASE WHEN Amount > 2 THEN 'many' ELSE 'few' END, COUNT(*) FROM Sales GROUP BY CASE WHEN Amount > 2 THEN 'many' ELSE 'few' END ORDER BY 1",
      [
        ['few', 3],
        ['many', 2],
      ],
    ],
    ['SELECT DISTINCT Shop FROM Sales ORDER BY Shop DESC', [2, 1, null]],
    ['SELECT DISTINCT COUNT(*) FROM Sales GROUP BY Shop ORDER BY COUNT(*)', [1, 2]],
  ])
  errors([
    ['SELECT Item FROM Sales GROUP BY Shop', 8120, "Column 'Sales.Item' is invalid in the select list"],
    ['SELECT s.Item FROM dbo.Sales s GROUP BY s.Shop', 8120, "Column 's.Item'"],
    ['SELECT * FROM Sales GROUP BY Shop', 8120, "Column 'Sales.Id'"],
    ["SELECT Shop FROM Sales GROUP BY Shop HAVING Item > N'a'", 8121, 'in the HAVING clause'],
    ['SELECT Shop FROM Sales GROUP BY Shop ORDER BY Item', 8127, 'in the ORDER BY clause'],
    ['SELECT Shop FROM Sales GROUP BY Shop + 1', 8120],
    ["SELECT Shop, (SELECT 1 WHERE Sales.Item > N'a') FROM Sales GROUP BY Shop", 8120],
    ['SELECT Item, COUNT(*) OVER (PARTITION BY Shop) FROM Sales GROUP BY Item', 8120],
    ['SELECT 1 FROM Sales WHERE COUNT(*) > 1', 147],
    ['SELECT 1 FROM Sales GROUP BY COUNT(*)', 164],
    ['SELECT 1 FROM Sales GROUP BY Shop + COUNT(*)', 144],
    ['SELECT 1 FROM Sales GROUP BY 1', 164],
    ['SELECT SUM(COUNT(*)) FROM Sales', 130],
    ['SELECT (SELECT SUM(Sales.Id + Shops.Id) FROM Shops) FROM Sales', 8124],
    ['SELECT SUM(Nothing) FROM Sales', 207],
    ['SELECT SUM((SELECT 1)) FROM Sales', 130],
    ['SELECT Id FROM Sales WHERE ROW_NUMBER() OVER (ORDER BY Id) = 1', 4108],
    ['SELECT SUM(ROW_NUMBER() OVER (ORDER BY Id)) FROM Sales', 4109],
    ['SELECT COUNT(DISTINCT Shop) OVER () FROM Sales', 10759],
    ["SELECT Id FROM Sales ORDER BY N'a'", 408],
    ['DECLARE @n int = 1; SELECT Id FROM Sales ORDER BY @n', 1008],
    ['SELECT Id FROM Sales ORDER BY Id FETCH NEXT 1 ROWS ONLY', 153],
  ])
  refusals([
    [
      'SELECT (SELECT COUNT(*) FROM Shops WHERE Id = COUNT(Sales.Id)) FROM Sales',
      'aggregates of the columns of an outer query',
    ],
    [
      'SELECT (SELECT SUM(Sales.Amount) FROM Shops) FROM Sales',
      'aggregates of the columns of an outer query',
    ],
  ])
})
