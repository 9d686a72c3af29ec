// JSON, and the rows that functions make of a text.
// https://learn.microsoft.com/sql/relational-databases/json/json-data-sql-server
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answers, ask, errors, refusals, values } from './database.ts'

// The text and the table of results of the documentation of JSON_VALUE.
const info = `N'{"info":{"type":1,"address":{"town":"Bristol","county":"Avon"},"tags":["Sport", "Water polo"]},"type":"Basic"}'`

describe('functions of JSON', () => {
  values([
    [`JSON_VALUE(${info}, '$')`, 'nvarchar(4000)', null],
    [`JSON_VALUE(${info}, '$.info.type')`, 'nvarchar(4000)', '1'],
    [`JSON_VALUE(${info}, 'lax $.info.address.town')`, 'nvarchar(4000)', 'Bristol'],
    [`JSON_VALUE(${info}, '$.info."address"')`, 'nvarchar(4000)', null],
    [`JSON_VALUE(${info}, '$.info.tags[1]')`, 'nvarchar(4000)', 'Water polo'],
    [`JSON_VALUE(${info}, '$.info.type[0]')`, 'nvarchar(4000)', null],
    [`JSON_VALUE(${info}, '$.info.none')`, 'nvarchar(4000)', null],
    [`JSON_VALUE('{"a":1.50,"b":true,"a":2}', '$.a')`, 'nvarchar(4000)', '1.50'],
    [`JSON_VALUE('{"b":true} and more', '$.b')`, 'nvarchar(4000)', 'true'],
    [`JSON_VALUE(N'{"a":"\\u00e9\\n"}', '$.a')`, 'nvarchar(4000)', 'é\n'],
    [`JSON_QUERY(${info}, '$.info.tags')`, 'nvarchar(max)', '["Sport", "Water polo"]'],
    [`JSON_QUERY(${info}, '$.type')`, 'nvarchar(max)', null],
    [`JSON_QUERY('[1 ,2]')`, 'nvarchar(max)', '[1 ,2]'],
    [`ISJSON('{"a":[]}')`, 'int', 1],
    [`ISJSON('{a:1}')`, 'int', 0],
    [`ISJSON('1')`, 'int', 0],
    ['ISJSON(NULL)', 'int', null],
  ])
  errors([
    [`SELECT JSON_VALUE(${info}, 'strict $.info')`, 13623],
    [`SELECT JSON_VALUE(${info}, 'strict $.info.none')`, 13608],
    [`SELECT JSON_QUERY(${info}, 'strict $.type')`, 13624],
    [`SELECT JSON_VALUE('{"a":}', '$.a')`, 13609, "Unexpected character '}' is found at position 5."],
    [`SELECT JSON_VALUE('{}', 'a')`, 13607],
  ])
  refusals([[`SELECT JSON_MODIFY('{}', '$.a', 1)`, 'the function JSON_MODIFY']])
})

describe('OPENJSON and STRING_SPLIT', () => {
  answers([
    // The example of the documentation of OPENJSON.
    [
      `SELECT * FROM OPENJSON(N'{"StringValue":"John","IntValue":45,"TrueValue":true,"NullValue":null,"ArrayValue":["a","r"],"ObjectValue":{"obj":"ect"}}')`,
      [
        ['StringValue', 'John', 1],
        ['IntValue', '45', 2],
        ['TrueValue', 'true', 3],
        ['NullValue', null, 0],
        ['ArrayValue', '["a","r"]', 4],
        ['ObjectValue', '{"obj":"ect"}', 5],
      ],
    ],
    [
      `SELECT [key], value FROM OPENJSON('{"a":{"b-c":["x","y"]}}', '$.a."b-c"')`,
      [
        ['0', 'x'],
        ['1', 'y'],
      ],
    ],
    [`SELECT * FROM OPENJSON('{}', '$.none')`, []],
    [
      `SELECT Id, Total * 2, Tags FROM OPENJSON(N'[{"Id":1,"order":{"total":2.50},"Tags":[1]},{"Id":2}]') WITH (Id int, Total decimal(6, 2) '$.order.total', Tags nvarchar(max) AS JSON) ORDER BY Id`,
      [
        [1, 5, '[1]'],
        [2, null, null],
      ],
    ],
    [`SELECT * FROM OPENJSON('{"a":true}') WITH (a bit)`, [true]],
    [
      `SELECT s.Name FROM Shops s JOIN OPENJSON('[1,3]') AS w ON s.Id = w.value ORDER BY s.Id`,
      ['Nord', 'West'],
    ],
    [
      `SELECT v.id, j.value FROM (VALUES (1, '["a","b"]'), (2, '[]'), (3, NULL)) AS v (id, doc) OUTER APPLY OPENJSON(v.doc) j ORDER BY v.id, j.value`,
      [
        [1, 'a'],
        [1, 'b'],
        [2, null],
        [3, null],
      ],
    ],
    [`SELECT value FROM STRING_SPLIT('Lorem,,dolor', ',')`, ['Lorem', '', 'dolor']],
    [
      `SELECT * FROM STRING_SPLIT('E-D-C', '-', 1) ORDER BY ordinal DESC`,
      [
        ['C', '3'],
        ['D', '2'],
        ['E', '1'],
      ],
    ],
    [`SELECT Id FROM Shops WHERE N'oslo' IN (SELECT value FROM STRING_SPLIT(City, ' '))`, [1]],
    [
      `SELECT s.Id, p.value FROM Shops s CROSS APPLY STRING_SPLIT(s.City, 's') p ORDER BY s.Id, p.value`,
      [
        [1, 'lo'],
        [1, 'O'],
        [2, 'Rome'],
      ],
    ],
    [
      `SELECT s.Name, t.Item, t.Price FROM Shops s CROSS APPLY (SELECT TOP 1 Item, Price FROM Sales WHERE Shop = s.Id ORDER BY Price DESC) t ORDER BY s.Id`,
      [
        ['Nord', 'Tent', 99.5],
        ['Süd', 'Lamp', 12],
      ],
    ],
    [
      `SELECT s.Id, t.n FROM Shops s OUTER APPLY (SELECT SUM(Amount) AS n FROM Sales WHERE Shop = s.Id GROUP BY Shop) t ORDER BY s.Id`,
      [
        [1, 3],
        [2, 5],
        [3, null],
      ],
    ],
    [
      `SELECT s.Id, v.x FROM Shops s CROSS APPLY (VALUES (s.Id), (s.Id * 10)) AS v (x) WHERE s.Id = 2`,
      [
        [2, 2],
        [2, 20],
      ],
    ],
  ])
  errors([
    [`SELECT * FROM Shops s JOIN OPENJSON(s.City) j ON 1 = 1`, 4104],
    [`SELECT * FROM OPENJSON('[1') j`, 13609],
    [`SELECT * FROM STRING_SPLIT('a', ', ')`, 214],
    [`SELECT * FROM OPENJSON('{}') WITH (a int AS JSON)`, 13618],
  ])
  refusals([
    [`SELECT * FROM OPENJSON('{"a":"long"}') WITH (a varchar(2))`, 'OPENJSON of a text that is longer'],
    ['SELECT * FROM GENERATE_SERIES(1, 3)', 'the function GENERATE_SERIES'],
    ['SELECT 1 FROM Shops s CROSS APPLY Sales', 'APPLY of a table'],
  ])
})

describe('FOR JSON', () => {
  answers([
    [
      `SELECT Id, Name AS [shop.name], City AS [shop.city] FROM Shops ORDER BY Id DESC FOR JSON PATH`,
      [
        '[{"Id":3,"shop":{"name":"West"}},{"Id":2,"shop":{"name":"Süd","city":"Rome"}},{"Id":1,"shop":{"name":"Nord","city":"Oslo"}}]',
      ],
    ],
    [
      `SELECT NULL AS a, 1 AS b FOR JSON PATH, INCLUDE_NULL_VALUES, ROOT('list')`,
      ['{"list":[{"a":null,"b":1}]}'],
    ],
    [
      `SELECT 1.50 AS d, 1.5e0 AS f, CAST(1 AS bit) AS t, 'a/"b' AS s, CAST('2026-01-02T03:04:05.5' AS datetime2(3)) AS m, CAST('2026-01-02' AS datetime) AS z, 0x0102 AS x FOR JSON PATH, WITHOUT_ARRAY_WRAPPER`,
      [
        '{"d":1.50,"f":1.500000000000000e+000,"t":true,"s":"a\\/\\"b","m":"2026-01-02T03:04:05.500","z":"2026-01-02T00:00:00","x":"AQI="}',
      ],
    ],
    [
      `SELECT Id, (SELECT Item FROM Sales WHERE Shop = Shops.Id ORDER BY Sales.Id FOR JSON PATH) AS sales, JSON_QUERY('[1]') AS q FROM Shops WHERE Id > 1 ORDER BY Id FOR JSON PATH`,
      ['[{"Id":2,"sales":[{"Item":"Lamp"},{"Item":"Rope"}],"q":[1]},{"Id":3,"q":[1]}]'],
    ],
    ['SELECT Id FROM Shops WHERE Id > 9 FOR JSON PATH', []],
    ['SELECT (SELECT Id FROM Shops WHERE Id > 9 FOR JSON PATH)', [null]],
  ])

  it('comes in one column of several rows', async () => {
    const { rows, columns } = await ask(`SELECT REPLICATE('x', 5000) AS x FOR JSON PATH`)

    assert.equal(columns[0]?.colName, 'JSON_F52E2B61-18A1-11d1-B105-00805F49916B')
    assert.deepEqual(
      rows.map(([text]) => String(text).length),
      [2033, 2033, 944],
    )
    assert.equal(JSON.parse(rows.join('')).at(0).x.length, 5000)
  })

  errors([['SELECT Id + 1 FROM Shops FOR JSON PATH', 13605]])
  refusals([
    ['SELECT Id FROM Shops FOR JSON AUTO', 'FOR JSON AUTO'],
    [`SELECT Id FROM Shops FOR XML PATH('')`, 'FOR'],
  ])
})

describe('NEWID', () => {
  it('is another for each row', async () => {
    const { rows } = await ask('SELECT NEWID() FROM Sales ORDER BY NEWID()')

    assert.equal(new Set(rows.flat()).size, 5)
  })
})
