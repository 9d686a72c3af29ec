// https://learn.microsoft.com/sql/t-sql/statements/create-view-transact-sql
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { batches, failures, openConnectionOf, run } from './test-batches.ts'

describe('views', () => {
  batches([
    [
      "CREATE TABLE Shelf (Id int PRIMARY KEY, Title nvarchar(9)); INSERT INTO Shelf VALUES (1, N'a'), (2, N'b')",
      '2 rows',
    ],
    ['CREATE VIEW dbo.Titles AS SELECT Title, Id * 10 AS Place FROM Shelf WHERE Id > 1;'],
    ['SELECT t.Place, s.Title FROM Titles AS t JOIN Shelf AS s ON s.Title = t.Title', [[20, 'b']]],
    [
      'CREATE VIEW Doubled (Twice) AS WITH p AS (SELECT Place FROM Titles) SELECT Place * 2 FROM p UNION ALL SELECT 0',
    ],
    ['SELECT Twice FROM Doubled ORDER BY Twice', [0, 40]],
    ['ALTER VIEW Titles AS SELECT Title, Id AS Place FROM Shelf'],
    [
      'SELECT * FROM Titles ORDER BY Place DESC; SELECT MAX(Twice) FROM Doubled',
      [
        ['b', 2],
        ['a', 1],
      ],
      [4],
    ],
    ['CREATE OR ALTER VIEW Titles AS SELECT 7 AS Place; '],
    ['SELECT Place FROM Titles; SELECT name FROM sys.views ORDER BY name', [7], ['Doubled', 'Titles']],
    // The columns stay what they were when the view was made.
    ['CREATE VIEW AllOfShelf AS SELECT * FROM Shelf'],
    ['ALTER TABLE Shelf ADD Extra int; SELECT * FROM AllOfShelf WHERE Id = 1', [[1, 'a']]],
    ['DROP VIEW Doubled, Titles; DROP VIEW IF EXISTS Titles; SELECT * FROM Titles', 208],
  ])
  failures([
    [
      'SELECT 1; CREATE VIEW Late AS SELECT 1 AS a',
      111,
      "'CREATE VIEW' must be the first statement in a query batch.",
    ],
    ['CREATE VIEW Shelf AS SELECT 1 AS a', 2714, "There is already an object named 'Shelf'"],
    ['CREATE VIEW Bad AS SELECT 1', 4511, 'no column name was specified for column 1.'],
    [
      'CREATE VIEW Bad AS SELECT Id, Id FROM Shelf',
      4506,
      "Column name 'Id' in view or function 'Bad' is specified more than once.",
    ],
    ['CREATE VIEW Bad (a, b) AS SELECT 1', 8159, 'has fewer columns'],
    ['CREATE VIEW Bad AS SELECT Id FROM Shelf ORDER BY Id', 1033, 'ORDER BY clause is invalid in views'],
    ['CREATE VIEW Bad AS SELECT Nothing FROM Shelf', 207, "Invalid column name 'Nothing'."],
    ['CREATE VIEW Bad AS SELECT 1 AS a SELECT 2', 156, "keyword 'SELECT'"],
    ['ALTER VIEW Nothing AS SELECT 1 AS a', 208, "Invalid object name 'Nothing'."],
    ['DROP VIEW Shelf', 3705, "because 'Shelf' is a table. Use DROP TABLE."],
    ['DROP TABLE AllOfShelf', 3705, "because 'AllOfShelf' is a view. Use DROP VIEW."],
    ['DROP VIEW Nothing', 3701, "Cannot drop the view 'Nothing'"],
    ['INSERT INTO AllOfShelf (Id) VALUES (9)', 50000, 'changes through a view'],
    ['CREATE VIEW Bound WITH SCHEMABINDING AS SELECT 1 AS a', 50000, 'the options of a view'],
  ])

  it('can be read by who may not read the tables', async () => {
    await run('CREATE VIEW Shown AS SELECT Title FROM Shelf')
    const reader = await openConnectionOf('viewer', 'GRANT SELECT ON dbo.Shown')

    assert.deepEqual(await run('SELECT Title FROM Shown', reader), [['a', 'b']])
    assert.deepEqual(await run('SELECT Title FROM Shelf', reader), [229])
    assert.deepEqual(await run('CREATE VIEW Mine AS SELECT Title FROM Shown', reader), [262])
  })
})
