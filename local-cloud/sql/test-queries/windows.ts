// Functions with OVER, and STRING_AGG.
// https://learn.microsoft.com/sql/t-sql/queries/select-over-clause-transact-sql
// https://learn.microsoft.com/sql/t-sql/functions/string-agg-transact-sql
import { describe } from 'node:test'
import { answers, errors, refusals, values } from './database.ts'

const over = (item: string) => `SELECT Id, ${item} FROM Sales ORDER BY Id`

describe('windows', () => {
  answers([
    [
      over('ROW_NUMBER() OVER (PARTITION BY Shop ORDER BY Price)'),
      [
        [1, '2'],
        [2, '1'],
        [3, '2'],
        [4, '1'],
        [5, '1'],
      ],
    ],
    [
      over('RANK() OVER (ORDER BY Item DESC)'),
      [
        [1, '1'],
        [2, '1'],
        [3, '4'],
        [4, '3'],
        [5, '4'],
      ],
    ],
    [
      over('DENSE_RANK() OVER (ORDER BY Item DESC)'),
      [
        [1, '1'],
        [2, '1'],
        [3, '3'],
        [4, '2'],
        [5, '3'],
      ],
    ],
    [
      over('NTILE(1 + 1) OVER (ORDER BY Id)'),
      [
        [1, '1'],
        [2, '1'],
        [3, '1'],
        [4, '2'],
        [5, '2'],
      ],
    ],
    [
      over('LAG(Amount) OVER (ORDER BY Id)'),
      [
        [1, null],
        [2, 2],
        [3, 1],
        [4, 5],
        [5, null],
      ],
    ],
    [
      over("LEAD(Item, 2, 'none') OVER (ORDER BY Id)"),
      [
        [1, 'Lamp'],
        [2, 'Rope'],
        [3, 'Lamp'],
        [4, 'none'],
        [5, 'none'],
      ],
    ],
    [
      over('FIRST_VALUE(Id) OVER (PARTITION BY Shop ORDER BY Id DESC)'),
      [
        [1, 2],
        [2, 2],
        [3, 4],
        [4, 4],
        [5, 5],
      ],
    ],
    [
      over('LAST_VALUE(Id) OVER (ORDER BY Shop)'),
      [
        [1, 2],
        [2, 2],
        [3, 4],
        [4, 4],
        [5, 5],
      ],
    ],
    // With an ORDER BY, the window ends with the last row of the same rank.
    [
      over('SUM(Amount) OVER (ORDER BY Day)'),
      [
        [1, 2],
        [2, 3],
        [3, 8],
        [4, 8],
        [5, 11],
      ],
    ],
    [
      over('SUM(Amount) OVER (ORDER BY Day ROWS UNBOUNDED PRECEDING)'),
      [
        [1, 2],
        [2, 3],
        [3, 8],
        [4, 8],
        [5, 11],
      ],
    ],
    [
      over('COUNT(*) OVER (ORDER BY Id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)'),
      [
        [1, 2],
        [2, 3],
        [3, 3],
        [4, 3],
        [5, 2],
      ],
    ],
    [
      over('AVG(Price) OVER (PARTITION BY Shop)'),
      [
        [1, 94.7],
        [2, 94.7],
        [3, 7.625],
        [4, 7.625],
        [5, 11],
      ],
    ],
    [
      over('MAX(LOWER(Item)) OVER (PARTITION BY Shop)'),
      [
        [1, 'tent'],
        [2, 'tent'],
        [3, 'rope'],
        [4, 'rope'],
        [5, 'lamp'],
      ],
    ],
    [
      over('MIN(Item) OVER (ORDER BY Id DESC)'),
      [
        [1, 'Lamp'],
        [2, 'Lamp'],
        [3, 'Lamp'],
        [4, 'Lamp'],
        [5, 'Lamp'],
      ],
    ],
    ['SELECT MIN(Item), MAX(Name) FROM Sales, Shops', [['Lamp', 'West']]],
    ['SELECT Shop FROM Sales GROUP BY Shop ORDER BY RANK() OVER (ORDER BY COUNT(*)), Shop', [null, 1, 2]],
    [
      'WITH n AS (SELECT Id, ROW_NUMBER() OVER (PARTITION BY Shop ORDER BY Id DESC) AS r FROM Sales) SELECT Id FROM n WHERE r = 1 ORDER BY Id',
      [2, 4, 5],
    ],
  ])
  errors([
    ['SELECT RANK() FROM Sales', 10753],
    ['SELECT RANK() OVER () FROM Sales', 4112],
    ['SELECT LAG(Id) OVER (ORDER BY Id ROWS 1 PRECEDING) FROM Sales', 10752],
    ['SELECT SUM(Id) OVER (ROWS 1 PRECEDING) FROM Sales', 10756],
    ['SELECT SUM(Id) OVER (ORDER BY Id RANGE 1 PRECEDING) FROM Sales', 4194],
    ['SELECT SUM(Id) OVER (ORDER BY 1) FROM Sales', 5308],
    ["SELECT SUM(Id) OVER (ORDER BY 'a') FROM Sales", 5309],
    ['SELECT LAG(Id, -1) OVER (ORDER BY Id) FROM Sales', 8730],
    ['SELECT NTILE(0) OVER (ORDER BY Id) FROM Sales', 4116],
  ])
  refusals([
    ['SELECT LAG(Id) IGNORE NULLS OVER (ORDER BY Id) FROM Sales', 'IGNORE NULLS'],
    ['SELECT SUM(Id) OVER w FROM Sales WINDOW w AS (ORDER BY Id)', 'a window with a name'],
    [
      'SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY Id) OVER () FROM Sales',
      'the function PERCENTILE_CONT',
    ],
  ])
})

describe('STRING_AGG', () => {
  answers([
    [
      "SELECT STRING_AGG(Item, ', ') WITHIN GROUP (ORDER BY Item, Id DESC) FROM Sales",
      ['Lamp, Lamp, Rope, tent, Tent'],
    ],
    [
      "SELECT Shop, STRING_AGG(Amount, '-') WITHIN GROUP (ORDER BY Id) FROM Sales GROUP BY Shop ORDER BY Shop",
      [
        [null, '3'],
        [1, '2-1'],
        [2, '5'],
      ],
    ],
    ["SELECT STRING_AGG(Item, ',') FROM Sales WHERE 1 = 0", [null]],
  ])
  values([
    ["STRING_AGG(N'a', ',')", 'nvarchar(4000)', 'a'],
    ["STRING_AGG('a', ',')", 'varchar(8000)', 'a'],
    ["STRING_AGG(CAST('a' AS varchar(max)), ',')", 'varchar(max)', 'a'],
    ["STRING_AGG(7, ',')", 'nvarchar(4000)', '7'],
  ])
  errors([
    ["SELECT STRING_AGG(Item, ',') OVER () FROM Sales", 4113],
    [
      `SELECT STRING_AGG(a, N'') FROM (VALUES (N'${'x'.repeat(2001)}'), (N'${'y'.repeat(2000)}')) v (a)`,
      9829,
    ],
  ])
  refusals([["SELECT STRING_AGG(DISTINCT Item, ',') FROM Sales", 'DISTINCT in STRING_AGG']])
})
