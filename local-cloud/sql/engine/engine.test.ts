// The T-SQL subset: what it gives, and which of SQL Server's errors it gives.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { digitsOf } from '../model/decimals.ts'
import { NOT_IMITATED } from '../model/errors.ts'
import type { Outcome } from '../model/results.ts'
import { nameOf, type SqlType, type Value } from '../model/types.ts'
import { openDatabase } from './catalog/database.ts'
import { runBatch } from './execution/batch.ts'
import { createSession } from './execution/session.ts'

function openShop() {
  const store = openDatabase('11111111-1111-4111-8111-111111111111')
  const session = createSession(store, 'shop', {
    id: 1,
    name: 'dbo',
    login: 'me@tenant',
    isAdministrator: true,
  })
  const run = (sql: string) => runBatch(session, sql)
  run(
    'CREATE TABLE dbo.Items (Id int NOT NULL CONSTRAINT PK_Items PRIMARY KEY, Name nvarchar(20) NOT NULL, Kind nvarchar(10), Price decimal(6, 2))',
  )
  run(`INSERT INTO dbo.Items (Id, Name, Kind, Price) VALUES
    (1, N'Écharpe', N'Wear', 12.5), (2, N'echo', N'tool', 3), (3, N'Zelt', N'WEAR', 199.99), (4, N'50% off_[x]', NULL, NULL)`)
  return run
}

const run = openShop()

/** A decimal as its digits, and anything else as it is. */
function shown(value: Value, type?: SqlType): Value {
  return type?.name === 'decimal' && value !== null ? digitsOf(value) : value
}

/** Describes each outcome in a word or a list of rows. */
function told(outcome: Outcome): unknown {
  switch (outcome.kind) {
    case 'rows':
      return outcome.rows.map((row) => {
        const values = row.map((value, index) => shown(value, outcome.columns[index]?.type))
        return values.length === 1 ? values[0] : values
      })
    case 'count':
      return `${outcome.count} rows`
    case 'transaction':
      return outcome.change
    case 'message':
      return outcome.message.message
    case 'error':
      return outcome.error.number
  }
}

const outcomes = (sql: string) => run(sql).map(told)

function errorOf(sql: string): { number: number; message: string } {
  const failed = run(sql).find((outcome) => outcome.kind === 'error')
  assert.ok(failed, `This should have failed: ${sql}`)
  return failed.error
}

/** Each row says what a SELECT of this expression gives, as its type and value. */
function expressions(cases: [expression: string, type: string, value: unknown][]) {
  for (const [expression, type, value] of cases) {
    it(`${expression} is ${type} ${value}`, () => {
      const [outcome] = run(`SELECT ${expression} AS value`)

      assert.ok(outcome?.kind === 'rows', outcome?.kind === 'error' ? outcome.error.message : '')
      const found = outcome.columns[0]?.type ?? assert.fail()
      assert.deepEqual([nameOf(found), shown(outcome.rows[0]?.[0] ?? null, found)], [type, value])
    })
  }
}

/** Each row says what a query gives. */
function queries(cases: [sql: string, ...results: unknown[]][]) {
  for (const [sql, ...results] of cases) it(sql, () => assert.deepEqual(outcomes(sql), results))
}

function errors(cases: [sql: string, number: number, words?: string][]) {
  for (const [sql, number, words = ''] of cases) {
    it(`${number} for ${sql}`, () => {
      const error = errorOf(sql)

      assert.equal(error.number, number, error.message)
      assert.ok(error.message.includes(words), error.message)
    })
  }
}

describe('numbers', () => {
  expressions([
    ['1 + 2 * 3 - -4', 'int', 11n],
    ['(1 + 2) * 3', 'int', 9n],
    ['7 / 2', 'int', 3n],
    ['-7 / 2', 'int', -3n],
    ['7 % 4', 'int', 3n],
    ['2147483648', 'decimal(10,0)', 2147483648n],
    ['1.50', 'decimal(3,2)', 150n],
    ['1.5 + 1', 'decimal(3,1)', 25n],
    ['1.5 * 1.5', 'decimal(5,2)', 225n],
    ['10.0 / 4', 'decimal(8,6)', 2500000n],
    ['-1.0 / 3', 'decimal(7,6)', -333333n],
    ['7.5 % 2', 'decimal(2,1)', 15n],
    ['1e3', 'float', 1000],
    ['1e0 / 4', 'float', 0.25],
    ['CAST(2.345 AS decimal(5, 2))', 'decimal(5,2)', 235n],
    ['CAST(-2.345 AS decimal(5, 2))', 'decimal(5,2)', -235n],
    ['CAST(1.005e0 AS decimal(5, 2))', 'decimal(5,2)', 101n],
    ['CAST(2.9 AS int)', 'int', 2n],
    ["CAST(' 42 ' AS int)", 'int', 42n],
    ["CAST('12.50' AS decimal(6, 1))", 'decimal(6,1)', 125n],
    ["'5' + 1", 'int', 6n],
    ['CONVERT(bit, 5)', 'bit', 1n],
    ["CAST('true' AS bit)", 'bit', 1n],
    ['CAST(3 AS float) / 2', 'float', 1.5],
    ['NULL', 'int', null],
  ])
  errors([
    ["SELECT 'abc' + 1", 245, "converting the varchar value 'abc' to data type int"],
    ["SELECT CAST(N'x' AS decimal(5, 2))", 8114, 'Error converting data type nvarchar to numeric.'],
    ['SELECT CAST(1000 AS decimal(5, 2))', 8115],
    ['SELECT CAST(300 AS tinyint)', 220, 'for data type tinyint, value = 300.'],
    ["SELECT CAST('3000000000' AS int)", 248],
    ['SELECT 2147483647 + 1', 8115],
    ['SELECT 1 / 0', 8134, 'Divide by zero error encountered.'],
    ['SELECT 1.0 / (1 - 1)', 8134],
    ['SELECT CAST(1 AS date)', 529],
  ])
})

describe('text', () => {
  expressions([
    ["'abc'", 'varchar(3)', 'abc'],
    ["N'é''s'", 'nvarchar(3)', "é's"],
    ["'日本 €'", 'varchar(4)', '?? €'],
    ["N'a' + 'bc' + N''", 'nvarchar(4)', 'abc'],
    ["N'a' + NULL", 'nvarchar(1)', null],
    ["CONCAT(N'a', NULL, 1)", 'nvarchar(22)', 'a1'],
    ["LEN(N'abc  ')", 'int', 3n],
    ["UPPER(N'é')", 'nvarchar(1)', 'É'],
    ["LOWER('ABC')", 'varchar(3)', 'abc'],
    ["LTRIM(RTRIM('  a '))", 'varchar(4)', 'a'],
    ["CHARINDEX(N'É', N'café, été', 5)", 'int', 7n],
    ["CHARINDEX(N'x', N'abc')", 'int', 0n],
    ["REPLACE(N'Tent TENT', N'tent', N'Bag')", 'nvarchar(4000)', 'Bag Bag'],
    ["SUBSTRING(N'abcdef', 2, 3)", 'nvarchar(6)', 'bcd'],
    ["LEFT(N'abc', 2)", 'nvarchar(3)', 'ab'],
    ["CAST(N'abcdef' AS nvarchar(3))", 'nvarchar(3)', 'abc'],
    ['CAST(12.50 AS nvarchar(10))', 'nvarchar(10)', '12.50'],
    ['CAST(-0.05 AS varchar)', 'varchar(30)', '-0.05'],
    ['CAST(1e10 AS nvarchar(20))', 'nvarchar(20)', '1e+010'],
    ["ISNULL(NULL, N'x')", 'nvarchar(1)', 'x'],
    ["ISNULL(CAST(NULL AS nvarchar(2)), N'long')", 'nvarchar(2)', 'lo'],
    ["COALESCE(NULL, NULL, N'long')", 'nvarchar(4)', 'long'],
    ["NULLIF(N'A', N'a')", 'nvarchar(1)', null],
    ["CASE WHEN 1 > 2 THEN 'a' WHEN NULL = NULL THEN 'b' ELSE N'ccc' END", 'nvarchar(3)', 'ccc'],
    ["CASE N'É' WHEN N'é' THEN 1 END", 'int', 1n],
    ["IIF(N'a' = N'A ', 1, 0)", 'int', 1n],
    ['@@VERSION', 'nvarchar(300)', 'Microsoft SQL Azure (RTM) - 12.0.2000.8, imitated by the local cloud'],
    ['DB_NAME()', 'nvarchar(128)', 'shop'],
    ['ORIGINAL_LOGIN()', 'nvarchar(128)', 'me@tenant'],
  ])
})

describe('moments, GUIDs and bytes', () => {
  expressions([
    [
      "CAST(CAST('2026-11-21T10:20:30.1234567' AS datetime2(3)) AS nvarchar(30))",
      'nvarchar(30)',
      '2026-11-21 10:20:30.123',
    ],
    [
      "CAST(CAST('2026-11-21 23:59:59.9999' AS datetime2(0)) AS nvarchar(30))",
      'nvarchar(30)',
      '2026-11-22 00:00:00',
    ],
    ["CAST(CAST('20261121' AS date) AS nvarchar(30))", 'nvarchar(30)', '2026-11-21'],
    ["CAST(CAST('2026-11-21T15:04:00' AS datetime) AS nvarchar(30))", 'nvarchar(30)', 'Nov 21 2026  3:04PM'],
    ["IIF(CAST('2026-01-01' AS date) < SYSUTCDATETIME(), 1, 0)", 'int', 1n],
    [
      "CAST('6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' AS uniqueidentifier)",
      'uniqueidentifier',
      '6F1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9',
    ],
    [
      'CAST(CAST(0x3D2C1B6F5F4E71608293A4B5C6D7E8F9 AS uniqueidentifier) AS nvarchar(36))',
      'nvarchar(36)',
      '6F1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9',
    ],
  ])
  errors([
    ["SELECT CAST('21.11.2026' AS date)", 241],
    ["SELECT CAST('2026-02-30' AS date)", 241],
    ["SELECT CAST(N'x' AS uniqueidentifier)", 8169],
  ])
})

describe('conditions', () => {
  const ids = (condition: string) => outcomes(`SELECT Id FROM dbo.Items WHERE ${condition} ORDER BY Id`)[0]
  const cases: [condition: string, ids: bigint[]][] = [
    ["Name = N'ÉCHARPE  '", [1n]],
    ["Name = N'echarpe'", []],
    ["Kind <> N'wear'", [2n]],
    ["Kind IN ('WEAR', 'x')", [1n, 3n]],
    ["Kind NOT IN (N'wear', NULL)", []],
    ["Name > N'f'", [3n]],
    ["Name BETWEEN N'A' AND N'f'", [1n, 2n]],
    ["Name NOT BETWEEN N'A' AND N'f'", [3n, 4n]],
    ["Kind IS NULL AND Price IS NULL OR Id = '2'", [2n, 4n]],
    ['NOT (Kind IS NOT NULL AND (Id = 1 OR Id = 2))', [3n, 4n]],
    ['(Id + 1) * 2 > 6 AND (Id) < 4', [3n]],
    ['Price > 3 AND Price < 200', [1n, 3n]],
    ["Price = '12.50'", [1n]],
    ['Id IN (SELECT i.Id - 1 FROM Items i)', [1n, 2n, 3n]],
    ["Kind IN (SELECT N'TOOL')", [2n]],
    [
      'EXISTS (SELECT * FROM dbo.Items AS other WHERE other.Kind = Items.Kind AND other.Id <> dbo.Items.Id)',
      [1n, 3n],
    ],
    ["Name LIKE N'É%'", [1n]],
    ["Name LIKE N'e%'", [2n]],
    ["Name LIKE N'%EC%'", [2n]],
    ["Name LIKE N'_c%'", [1n, 2n]],
    ["Name LIKE N'[a-e]%'", [2n]],
    ["Name LIKE N'[^a-f]%'", [3n, 4n]],
    ["Name LIKE N'%[%]%'", [4n]],
    ["Name LIKE N'%\\%%' ESCAPE '\\'", [4n]],
    ["Name LIKE N'%f\\_\\[x]' ESCAPE N'\\'", [4n]],
    ["Name LIKE N'%_[[]x]'", [4n]],
    ["Name LIKE N'%[0-9'", []],
    ["Name NOT LIKE N'%e%'", [4n]],
    ['Kind LIKE NULL', []],
    ['Price LIKE 12', []],
    ["Price LIKE '12.50'", [1n]],
  ]
  for (const [condition, expected] of cases) it(condition, () => assert.deepEqual(ids(condition), expected))

  errors([
    ["SELECT 1 WHERE 'a' LIKE 'a' ESCAPE 'xx'", 506],
    ['SELECT Id FROM dbo.Items WHERE Name = 5', 245],
    ['SELECT Id FROM dbo.Items WHERE Id', 4145],
    ['SELECT 1 WHERE 1 IN (SELECT Id, Name FROM dbo.Items)', 116],
  ])
})

describe('queries', () => {
  queries([
    ['SELECT Id FROM dbo.Items ORDER BY Name', [4n, 1n, 2n, 3n]],
    [
      "SELECT a FROM (VALUES (N'éb'), (N'ea'), (N'z'), (N'É'), (N'1'), (N'~'), (N'日'), (N'e b'), (NULL)) AS v (a) ORDER BY a",
      [null, '~', '1', 'É', 'e b', 'ea', 'éb', 'z', '日'],
    ],
    ['SELECT [Id] AS [the id] FROM [dbo].[Items] ORDER BY [the id] DESC', [4n, 3n, 2n, 1n]],
    [
      'SELECT "Id", Name n FROM Items WHERE Id < 3 ORDER BY 2 DESC',
      [
        [2n, 'echo'],
        [1n, 'Écharpe'],
      ],
    ],
    ['SELECT TOP 2 Id FROM Items ORDER BY Price DESC, Id', [3n, 1n]],
    ['DECLARE @n int = 1; SELECT TOP (@n + 1) Id FROM Items ORDER BY Id', [1n, 2n]],
    ['SELECT Id FROM Items ORDER BY Kind, Id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY', [2n, 1n]],
    [
      'DECLARE @page int = 2, @size int = 3; SELECT Id FROM Items ORDER BY Id OFFSET (@page - 1) * @size ROWS FETCH NEXT @size ROWS ONLY',
      [4n],
    ],
    ['SELECT Id FROM Items ORDER BY Id OFFSET 9 ROWS', []],
    [
      'SELECT COUNT(*) OVER () AS total, Id FROM Items ORDER BY Id OFFSET 3 ROWS FETCH NEXT 1 ROWS ONLY',
      [[4n, 4n]],
    ],
    [
      'SELECT Kind, COUNT(*) AS n, SUM(Price) FROM Items GROUP BY Kind ORDER BY n DESC, Kind',
      [
        ['Wear', 2n, 21249n],
        [null, 1n, null],
        ['tool', 1n, 300n],
      ],
    ],
    [
      'SELECT COUNT(*), COUNT(Kind), COUNT(DISTINCT Kind), COUNT_BIG(*), MIN(Price), MAX(Name), AVG(Id) FROM Items',
      [[4n, 3n, 2n, 4n, 300n, 'Zelt', 2n]],
    ],
    ['SELECT AVG(Price) FROM Items', [71830000n]],
    ['SELECT AVG(CAST(Id AS float)), SUM(CAST(Id AS bigint)) FROM Items', [[2.5, 10n]]],
    ['SELECT COUNT(*), SUM(Id), MIN(Name), AVG(Price) FROM Items WHERE Id > 9', [[0n, null, null, null]]],
    ['SELECT LOWER(Kind) k FROM Items GROUP BY LOWER(Kind) HAVING COUNT(*) > 1', ['wear']],
    ['SELECT DISTINCT Kind FROM Items WHERE Kind IS NOT NULL ORDER BY Kind DESC', ['Wear', 'tool']],
    ['SELECT a.Id, b.Id FROM Items AS a INNER JOIN Items b ON a.Kind = b.Kind AND a.Id < b.Id', [[1n, 3n]]],
    [
      'SELECT a.Id, b.Id FROM Items a LEFT JOIN Items b ON b.Id = a.Id + 2 ORDER BY a.Id',
      [
        [1n, 3n],
        [2n, 4n],
        [3n, null],
        [4n, null],
      ],
    ],
    ['SELECT i.* FROM Items i WHERE i.Id = 2', [[2n, 'echo', 'tool', 300n]]],
    [
      'WITH kinds AS (SELECT Kind, COUNT(*) AS n FROM Items GROUP BY Kind), many (k) AS (SELECT Kind FROM kinds WHERE n > 1) SELECT k FROM many',
      ['Wear'],
    ],
    ['SELECT x.a FROM (SELECT TOP 1 Id AS a FROM Items ORDER BY Id DESC) x', [4n]],
    [
      'SELECT (SELECT MAX(Id) FROM Items i WHERE i.Kind = o.Kind) FROM Items o ORDER BY o.Id',
      [3n, 2n, 3n, null],
    ],
    ["SELECT v.b FROM (VALUES (1, 'x'), (2, NULL)) AS v (a, b) ORDER BY v.a", ['x', null]],
    [
      'SELECT ROW_NUMBER() OVER (PARTITION BY Kind ORDER BY Id DESC) AS r FROM Items ORDER BY Id',
      [2n, 1n, 1n, 1n],
    ],
    ['SELECT n = 5', [5n]],
    ['SELECT 1 /* a /* nested */ comment */ -- and another\n, 2', [[1n, 2n]]],
    ['SELECT 1 SELECT 2; ; SELECT 3', [1n], [2n], [3n]],
    ["SELECT name FROM sys.tables WHERE object_id = OBJECT_ID(N'[dbo].items')", ['Items']],
    ["SELECT OBJECT_ID(N'dbo.Nothing', N'U')", [null]],
    [
      "SELECT c.name FROM sys.columns c WHERE c.object_id = OBJECT_ID('Items') AND c.is_nullable = 0",
      ['Id', 'Name'],
    ],
  ])

  it('name their columns as they were asked for', () => {
    const [outcome] = run('SELECT id, i.Name AS N, Price * 2 FROM dbo.Items i')

    assert.ok(outcome?.kind === 'rows')
    assert.deepEqual(
      outcome.columns.map(({ name, type }) => `${name}: ${nameOf(type)}`),
      ['id: int', 'N: nvarchar(20)', ': decimal(8,2)'],
    )
  })

  errors([
    ['SELECT * FROM dbo.Nothing', 208, "Invalid object name 'dbo.Nothing'."],
    ['SELECT * FROM other.dbo.Items', 40515],
    ['SELECT Nothing FROM dbo.Items', 207, "Invalid column name 'Nothing'."],
    ['SELECT x.Id FROM dbo.Items', 4104, 'The multi-part identifier "x.Id" could not be bound.'],
    ['SELECT Id FROM Items a JOIN Items b ON a.Id = b.Id', 209, "Ambiguous column name 'Id'."],
    ['SELECT a.Id FROM Items a JOIN Items a ON 1 = 1', 1012],
    ['SELECT Name FROM Items GROUP BY Kind', 8120, "Column 'Items.Name' is invalid in the select list"],
    ['SELECT Kind, COUNT(*) FROM Items', 8120],
    ['SELECT Kind FROM Items GROUP BY Kind ORDER BY Id', 8127],
    ['SELECT * FROM (SELECT Id + 1 FROM Items) x', 8155],
    ['SELECT * FROM (SELECT Id FROM Items) x (a, b)', 8159],
    ['SELECT * FROM (SELECT Id FROM Items ORDER BY Id) x', 1033],
    ['SELECT DISTINCT Kind FROM Items ORDER BY Id', 145],
    ['SELECT (SELECT Id FROM Items)', 512],
    ['SELECT Id FROM Items ORDER BY 2', 108],
    ['SELECT TOP (-1) Id FROM Items', 127],
    ["SELECT TOP ('a') Id FROM Items", 1060],
    ['SELECT Id FROM Items ORDER BY Id OFFSET -1 ROWS', 10742],
    ['SELECT Id FROM Items ORDER BY Id OFFSET 0 ROWS FETCH NEXT 0 ROWS ONLY', 10744],
    ['SELECT TOP 1 Id FROM Items ORDER BY Id OFFSET 1 ROWS', 10741],
    ['SELECT *', 263],
    ['SELECT SUM(Name) FROM Items', 8117],
    ['SELECT a.Id, b.Id FROM Items a JOIN Items b ON 1 = 1 ORDER BY Id', 209],
  ])
})

describe('variables and branches', () => {
  queries([
    ["DECLARE @a int = 1, @b nvarchar(3); SET @b = N'abcdef'; SELECT @a, @B", [[1n, 'abc']]],
    ['DECLARE @n int; SELECT @n = COUNT(*) FROM Items; SELECT @n', [4n]],
    ['DECLARE @n int = 7; SELECT @n = Id FROM Items WHERE Id > 9; SELECT @n', [7n]],
    ['IF 1 = 2 SELECT 1 ELSE IF 1 = 1 SELECT 2 ELSE SELECT 3', [2n]],
    [
      'IF NOT EXISTS (SELECT 1 FROM Items WHERE Id = 9) BEGIN SELECT 1; SELECT 2; END ELSE SELECT 3; SELECT 4',
      [1n],
      [2n],
      [4n],
    ],
    ['IF NULL = NULL SELECT 1'],
    ['SET NOCOUNT ON; UPDATE Items SET Price = Price; SET NOCOUNT OFF; SELECT @@ROWCOUNT', [0n]],
    ['UPDATE Items SET Price = Price WHERE Id < 3; SELECT @@ROWCOUNT', '2 rows', [2n]],
    [
      'BEGIN TRAN; BEGIN TRAN; SELECT @@TRANCOUNT; COMMIT; ROLLBACK; SELECT @@TRANCOUNT',
      'begin',
      [2n],
      'rollback',
      [0n],
    ],
  ])
  errors([
    ['SELECT @nothing', 137, 'Must declare the scalar variable "@nothing".'],
    ['SET @nothing = 1', 137],
    ['DECLARE @a int; DECLARE @A int', 134],
    ['DECLARE @a int; SELECT @a = 1, 2', 141],
    ['COMMIT', 3902],
    ['ROLLBACK', 3903],
  ])
})

describe('writes', () => {
  it('change what they say, and count it', () => {
    const steps: [sql: string, ...results: unknown[]][] = [
      ["INSERT Items (Name, Id) VALUES (N'a', 10), (N'b', 11)", '2 rows'],
      [
        "INSERT INTO Items SELECT Id + 10, Name + N'2', Kind, 1.999 FROM Items WHERE Id IN (10, 11)",
        '2 rows',
      ],
      ['UPDATE dbo.Items SET Price = Price * 2, Kind = Name WHERE Id >= 20', '2 rows'],
      [
        'SELECT Id, Kind, Price FROM Items WHERE Id >= 10 ORDER BY Id',
        [
          [10n, null, null],
          [11n, null, null],
          [20n, 'a2', 400n],
          [21n, 'b2', 400n],
        ],
      ],
      ["DELETE FROM Items WHERE Name LIKE '_2'; DELETE Items WHERE Id > 9", '2 rows', '2 rows'],
      ['SELECT COUNT(*) FROM Items', [4n]],
    ]
    for (const [sql, ...results] of steps) assert.deepEqual(outcomes(sql), results, sql)
  })

  it('take a thousand rows behind VALUES, and not one more', () => {
    const rows = Array.from({ length: 1_001 }, (_, index) => `(${1_000 + index}, N'x')`)

    assert.equal(errorOf(`INSERT INTO Items (Id, Name) VALUES ${rows.join(', ')}`).number, 10738)
    const insert = `INSERT INTO Items (Id, Name) SELECT Id, Name FROM (VALUES ${rows.join(', ')}) AS v (Id, Name)`
    assert.deepEqual(outcomes(`${insert}; DELETE FROM Items WHERE Id >= 1000`), ['1001 rows', '1001 rows'])
  })

  it('tell rows apart whatever their columns are called', () => {
    run("CREATE TABLE Odd (RowId int, [select] nvarchar(5)); INSERT INTO Odd VALUES (7, N'a'), (7, N'b')")

    assert.deepEqual(outcomes("UPDATE Odd SET [select] = N'c' WHERE [select] = N'a'"), ['1 rows'])
    assert.deepEqual(outcomes('SELECT [select] FROM Odd ORDER BY [select]; DELETE FROM Odd'), [
      ['b', 'c'],
      '2 rows',
    ])
  })

  it('may pass through keys that are taken, if none is taken twice in the end', () => {
    run('CREATE TABLE Steps (Id int PRIMARY KEY, Code nvarchar(5) UNIQUE)')
    run("INSERT INTO Steps VALUES (1, N'a'), (2, N'b'), (3, N'c')")

    assert.deepEqual(outcomes('UPDATE Steps SET Id = Id + 1; UPDATE Steps SET Id = 5 - Id'), [
      '3 rows',
      '3 rows',
    ])
    const swap = "UPDATE Steps SET Code = CASE Code WHEN N'a' THEN N'B ' WHEN N'b' THEN N'A' ELSE Code END"
    assert.deepEqual(outcomes(`${swap}; SELECT Id, Code FROM Steps ORDER BY Id`), [
      '3 rows',
      [
        [1n, 'c'],
        [2n, 'A'],
        [3n, 'B '],
      ],
    ])
    assert.deepEqual(outcomes('UPDATE Steps SET Id = 7 WHERE Id > 1'), [2627])
    assert.deepEqual(outcomes("UPDATE Steps SET Code = N'C' WHERE Id = 2; DROP TABLE Steps"), [2627])
  })

  it('do all of it or nothing', () => {
    assert.deepEqual(outcomes("INSERT INTO Items (Id, Name) VALUES (30, N'a'), (1, N'b')"), [2627])
    assert.deepEqual(outcomes("UPDATE Items SET Name = CASE Id WHEN 3 THEN NULL ELSE N'lost' END"), [515])
    assert.deepEqual(outcomes("SELECT COUNT(*) FROM Items WHERE Id = 30 OR Name = N'lost'"), [[0n]])
  })

  it('go on with the batch after a broken rule, and end it after a failed conversion', () => {
    assert.deepEqual(outcomes("INSERT INTO Items (Id, Name) VALUES (1, N'a'); SELECT 1"), [2627, [1n]])
    assert.deepEqual(outcomes("SELECT CAST('x' AS int); SELECT 1"), [245])
    assert.deepEqual(outcomes("BEGIN TRAN; DELETE FROM Items; SELECT CAST('x' AS int)"), [
      'begin',
      '4 rows',
      245,
      'rollback',
    ])
  })

  it('cut off blanks at the end, and nothing else', () => {
    assert.deepEqual(outcomes(`INSERT INTO Items (Id, Name) VALUES (40, N'${'x'.repeat(20)}   ')`), [
      '1 rows',
    ])
    assert.deepEqual(outcomes('SELECT LEN(Name) FROM Items WHERE Id = 40; DELETE FROM Items WHERE Id = 40'), [
      [20n],
      '1 rows',
    ])
  })

  errors([
    [
      "INSERT INTO Items (Id, Name) VALUES (1, N'x')",
      2627,
      "Violation of PRIMARY KEY constraint 'PK_Items'. Cannot insert duplicate key in object 'dbo.Items'. The duplicate key value is (1).",
    ],
    [
      'INSERT INTO Items (Id) VALUES (50)',
      515,
      "Cannot insert the value NULL into column 'Name', table 'shop.dbo.Items'; column does not allow nulls. INSERT fails.",
    ],
    [
      `INSERT INTO Items (Id, Name) VALUES (50, N'${'x'.repeat(21)}')`,
      2628,
      `String or binary data would be truncated in table 'shop.dbo.Items', column 'Name'. Truncated value: '${'x'.repeat(20)}'.`,
    ],
    ["INSERT INTO Items (Id, Name, Price) VALUES (50, N'x', 99999)", 8115],
    ["INSERT INTO Items (Id, Name) VALUES (N'x', N'x')", 245],
    ["INSERT INTO Items VALUES (50, N'x')", 213],
    ['INSERT INTO Items (Id, Name) VALUES (50)', 109],
    ["INSERT INTO Items (Id, Name) VALUES (50, N'x', 1)", 110],
    ["INSERT INTO Items (Id, Nothing) VALUES (50, N'x')", 207],
    ['UPDATE Nothing SET a = 1', 208],
    ["INSERT INTO sys.schemas VALUES (N'x', 9)", 259],
  ])
})

describe('tables', () => {
  it('have keys that ignore case and take one NULL', () => {
    assert.deepEqual(outcomes('CREATE TABLE Codes (Code nvarchar(10) UNIQUE, At datetime2(0) NULL)'), [])
    assert.deepEqual(outcomes("INSERT INTO Codes (Code) VALUES (N'É'), (NULL)"), ['2 rows'])
    assert.deepEqual(outcomes("INSERT INTO Codes (Code) VALUES (N'é ')"), [2627])
    assert.deepEqual(outcomes('INSERT INTO Codes (Code) VALUES (NULL)'), [2627])
    assert.deepEqual(outcomes('DROP TABLE Codes; SELECT * FROM Codes'), [208])
  })

  it('may have a key of several columns', () => {
    run(
      'CREATE TABLE Pairs (A int, B nvarchar(5) NOT NULL, CONSTRAINT PK_Pairs PRIMARY KEY CLUSTERED (A ASC, B))',
    )

    assert.deepEqual(
      outcomes("INSERT INTO Pairs VALUES (1, N'a'), (1, N'b'); INSERT INTO Pairs VALUES (1, N'B')"),
      ['2 rows', 2627],
    )
    assert.deepEqual(outcomes("INSERT INTO Pairs (B) VALUES (N'x')"), [515])
  })

  it('come and go with a transaction', () => {
    assert.deepEqual(
      outcomes(
        'BEGIN TRAN; CREATE TABLE Gone (A int); INSERT INTO Gone VALUES (1); ROLLBACK; SELECT * FROM Gone',
      ),
      ['begin', '1 rows', 'rollback', 208],
    )
  })

  errors([
    ['CREATE TABLE dbo.ITEMS (Id int)', 2714, "There is already an object named 'ITEMS' in the database."],
    ['CREATE TABLE T1 (a int, A int)', 2705],
    ['CREATE TABLE T1 (a int, PRIMARY KEY (b))', 1911],
    ['CREATE TABLE other.T1 (a int)', 2760],
    ['CREATE TABLE T1 (a nvarchar(4001))', 131],
    ['CREATE TABLE T1 (a decimal(5, 6))', 192],
    ['DROP TABLE Nothing', 3701],
    ['DROP TABLE sys.objects', 3701],
    ['CREATE TABLE T1 (a int PRIMARY KEY, b int PRIMARY KEY)', 8110],
  ])
})

describe('users', () => {
  const sid = '0x00112233445566778899AABBCCDDEEFF'
  it('are made and dropped', () => {
    assert.deepEqual(
      outcomes(
        `CREATE USER [a]]b] WITH SID = ${sid}, TYPE = E; SELECT name FROM sys.database_principals WHERE sid = ${sid}`,
      ),
      [['a]b']],
    )
    assert.deepEqual(
      outcomes(
        'GRANT SELECT, INSERT ON Items TO [a]]b]; DROP USER IF EXISTS [A]]B]; DROP USER IF EXISTS [a]]b]',
      ),
      [],
    )
    assert.deepEqual(outcomes('SELECT COUNT(*) FROM sys.database_permissions'), [[0n]])
  })

  errors([
    ['CREATE USER dbo WITH SID = 0x00, TYPE = E', 15433],
    [
      `CREATE USER [dbo] WITH SID = ${sid}, TYPE = E`,
      15023,
      "User, group, or role 'dbo' already exists in the current database.",
    ],
    ['CREATE USER b WITH SID = 0x11111111111111418111111111111111, TYPE = E', 15063],
    [
      'DROP USER nobody',
      15151,
      "Cannot drop the user 'nobody', because it does not exist or you do not have permission.",
    ],
    ['DROP USER dbo', 15150],
    ['GRANT SELECT ON dbo.Items TO nobody', 15151, "Cannot find the user 'nobody'"],
    ['GRANT SELECT ON dbo.Nothing TO dbo', 15151, "Cannot find the object 'Nothing'"],
    ['GRANT SELECT ON SCHEMA::nothing TO dbo', 15151],
  ])
})

describe('what is no T-SQL', () => {
  errors([
    ['SELEC 1', 102, "Incorrect syntax near 'SELEC'."],
    ['SELECT 1 +', 102, "Incorrect syntax near '+'."],
    ['SELECT FROM x', 156, "Incorrect syntax near the keyword 'FROM'."],
    ['SELECT 1 AS a b', 102],
    ["SELECT 'a", 105, "Unclosed quotation mark after the character string 'a'."],
    ['SELECT 1 /* a', 113],
    ['SELECT (1', 102],
    ['SELECT 1 ?', 102, "Incorrect syntax near '?'."],
    ['BEGIN SELECT 1', 102],
    ['INSERT INTO Items VALUES 1', 102],
    ['SELECT 1; SELEC 2', 102],
  ])

  it('runs nothing of a batch that has it', () => {
    assert.deepEqual(outcomes('DELETE FROM Items; SELECT FROM'), [156])
  })
})

describe('T-SQL outside the subset', () => {
  const statements = [
    'MERGE INTO Items AS t USING Items AS s ON t.Id = s.Id WHEN MATCHED THEN DELETE;',
    'SELECT * FROM Items WITH (UPDLOCK)',
    'SELECT Id FROM Items FOR JSON AUTO',
    'SELECT TOP 5 PERCENT Id FROM Items',
    'SELECT TOP (1) WITH TIES Id FROM Items ORDER BY Id',
    "SELECT Id FROM Items WHERE Name = N'a' COLLATE Latin1_General_BIN2",
    'SELECT CONVERT(varchar(10), GETDATE(), 104)',
    'SELECT Id & 1 FROM Items',
    'SELECT CAST(1 AS money)',
    'CREATE USER [x] FROM EXTERNAL PROVIDER',
    'ALTER ROLE db_datareader ADD MEMBER [x]',
    'GRANT EXECUTE TO [x]',
    'GRANT SELECT (Id) ON Items TO [x]',
    'GRANT SELECT ON Items TO [x] WITH GRANT OPTION',
    'DELETE TOP (1) FROM Items',
    'ALTER TABLE Items ALTER COLUMN Name nvarchar(9)',
    'ALTER TABLE Items WITH NOCHECK ADD CHECK (Id > 0)',
    'CREATE TABLE T2 (Id int, Twice AS Id * 2)',
    'CREATE TABLE T2 (Id int REFERENCES Items ON DELETE SET NULL)',
    'CREATE TABLE T2 (Id int REFERENCES Items ON UPDATE CASCADE)',
    'CREATE TABLE T2 (Id decimal(9, 0) IDENTITY)',
    'CREATE UNIQUE INDEX ix ON Items (Kind) WHERE Kind IS NOT NULL',
    'CREATE INDEX ix ON Items (Kind) WITH (FILLFACTOR = 80)',
    "INSERT INTO Items (Id, Name) OUTPUT inserted.Id INTO Copy VALUES (60, N'a')",
    'WITH i AS (SELECT Id FROM Items) UPDATE i SET Id = 1',
    'EXEC sp_who',
    'CREATE TABLE ##t (Id int)',
    'CREATE TABLE #t (Id int REFERENCES Items)',

    'CREATE PROCEDURE p AS SELECT 1',
    'CREATE FUNCTION f () RETURNS int AS BEGIN RETURN 1 END',
    'CREATE TRIGGER t ON Items AFTER INSERT AS SELECT 1',
    'CREATE SEQUENCE s',
    'DECLARE c CURSOR FOR SELECT 1',
    'GOTO done',
    "WAITFOR DELAY '00:00:01'",
    "RAISERROR (N'%x', 16, 1, 5)",
    'RAISERROR (50001, 16, 1)',
    'BEGIN DISTRIBUTED TRANSACTION',
    'DECLARE @t TABLE (a int)',
    'SET ANSI_NULLS OFF',
  ]
  for (const statement of statements) {
    it(`fails and shows the statement: ${statement}`, () => {
      const { number, message } = errorOf(`SELECT 1 AS before; ${statement}`)

      assert.equal(number, NOT_IMITATED, message)
      assert.ok(message.includes(statement.replace(/;$/, '').split('; ').at(-1) ?? ''), message)
    })
  }
})
