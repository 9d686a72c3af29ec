// https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/ab4a7d62-cd1f-4db1-b67d-ecae58f493e3
// https://learn.microsoft.com/sql/t-sql/statements/bulk-insert-transact-sql
// https://learn.microsoft.com/sql/relational-databases/import-export/keep-nulls-or-use-default-values-during-bulk-import-sql-server
// https://tediousjs.github.io/tedious/bulk-load.html
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type BulkLoad, type Connection, TYPES } from 'tedious'
import { batches, openConnection, openConnectionOf, run } from './test-batches.ts'

type Type = Parameters<BulkLoad['addColumn']>[1]
type Columns = [name: string, type: Type, options?: Partial<Parameters<BulkLoad['addColumn']>[2]>][]
type Options = Parameters<Connection['newBulkLoad']>[1]

const connection = await openConnection()

/** Loads rows, and tells how many the server has counted. */
function load(
  table: string,
  columns: Columns,
  rows: Iterable<unknown[]>,
  options: Options = {},
  on = connection,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const bulkLoad = on.newBulkLoad(table, options, (error, count) =>
      error ? reject(error) : resolve(count),
    )
    for (const [name, type, more] of columns) bulkLoad.addColumn(name, type, { nullable: true, ...more })
    // A large load may take its time on a machine that is busy.
    bulkLoad.setTimeout(0)
    on.execBulkLoad(bulkLoad, rows as Iterable<never>)
  })
}

const refused = (words: string) => ({ number: 50_000, message: new RegExp(words) })

describe('a bulk load', () => {
  batches([
    [
      'CREATE TABLE Loads (Id int IDENTITY PRIMARY KEY, Name nvarchar(20) NOT NULL UNIQUE, Price decimal(9, 2) DEFAULT 5, Stock int CONSTRAINT Positive CHECK (Stock > 0))',
    ],
    ['CREATE TABLE Parts (Name nvarchar(20) CONSTRAINT Known REFERENCES Loads (Name))'],
  ])
  const name: Columns[number] = ['Name', TYPES.NVarChar, { length: 20 }]
  const price: Columns[number] = ['Price', TYPES.Decimal, { precision: 9, scale: 2 }]
  const stock: Columns[number] = ['Stock', TYPES.Int]

  it('stores its rows, numbers them and counts them', async () => {
    const count = await load(
      'dbo.Loads',
      [stock, name, price],
      [
        [3, 'a', 1.25],
        [null, 'b 😀', 2],
      ],
    )

    assert.equal(count, 2)
    assert.deepEqual(await run('SELECT Id, Name, Price, Stock FROM Loads ORDER BY Id', connection), [
      [
        [1, 'a', 1.25, 3],
        [2, 'b 😀', 2, null],
      ],
    ])
    assert.deepEqual(await run('SELECT @@IDENTITY, @@ROWCOUNT', connection), [[[2, 2]]])
  })

  it('keeps values of each type as they are', async () => {
    await run(
      'CREATE TABLE Kinds (A bit, B tinyint, C smallint, D bigint, E float, F real, G uniqueidentifier, H varchar(10), I varbinary(4), J nvarchar(max), K date, L datetime, M datetime2(3), N smalldatetime, O time(3), P numeric(30, 10))',
    )
    const columns: Columns = [
      ['A', TYPES.Bit],
      ['B', TYPES.TinyInt],
      ['C', TYPES.SmallInt],
      ['D', TYPES.BigInt],
      ['E', TYPES.Float],
      ['F', TYPES.Real],
      ['G', TYPES.UniqueIdentifier],
      ['H', TYPES.VarChar, { length: 10 }],
      ['I', TYPES.VarBinary, { length: 4 }],
      ['J', TYPES.NVarChar, { length: Number.POSITIVE_INFINITY }],
      ['K', TYPES.Date],
      ['L', TYPES.DateTime],
      ['M', TYPES.DateTime2, { scale: 3 }],
      ['N', TYPES.SmallDateTime],
      ['O', TYPES.Time, { scale: 3 }],
      ['P', TYPES.Numeric, { precision: 30, scale: 10 }],
    ]
    const moment = new Date('2026-02-03T04:05:06.120Z')
    const guid = '6F9619FF-8B86-D011-B42D-00C04FC964FF'
    const long = 'ü'.repeat(10_000)
    const moments = [moment, moment, moment, moment, moment]
    const values = [true, 255, -3, -4n, 0.1, 0.5, guid, 'é€', Buffer.of(1, 0), long, ...moments, 12.5]

    await load('Kinds', columns, [values, values.map(() => null)])

    const [[first, second] = []] = (await run('SELECT * FROM Kinds', connection)) as unknown[][][]
    assert.deepEqual(first?.slice(0, 10), [true, 255, -3, '-4', 0.1, 0.5, guid, 'é€', Buffer.of(1, 0), long])
    assert.deepEqual(first?.slice(10), [
      new Date('2026-02-03T00:00:00Z'),
      moment,
      moment,
      new Date('2026-02-03T04:05:00Z'),
      new Date('1970-01-01T04:05:06.120Z'),
      12.5,
    ])
    assert.ok(second?.every((value) => value === null))
  })

  it('puts the default in the place of NULL, unless NULL is kept', async () => {
    await load('Loads', [name, price], [['c', null]])
    await load('Loads', [name], [['d']], { keepNulls: true })
    await load('Loads', [name, price], [['e', null]], {
      keepNulls: true,
      fireTriggers: true,
      lockTable: true,
    })

    assert.deepEqual(await run("SELECT Price FROM Loads WHERE Name IN (N'c', N'd', N'e') ORDER BY Name"), [
      [5, 5, null],
    ])
  })

  it('stores all of its rows or none', async () => {
    const rows = [['f'], ['a']]

    await assert.rejects(load('Loads', [name], rows), { number: 2627 })
    await assert.rejects(load('Loads', [name], [['f'], [null]]), { number: 515 })

    assert.deepEqual(await run("SELECT COUNT(*) FROM Loads WHERE Name = N'f'"), [[0]])
  })

  it('is part of the transaction that is open', async () => {
    await run('BEGIN TRANSACTION', connection)
    await load('Loads', [name], [['g']])
    await run('ROLLBACK', connection)

    assert.deepEqual(await run("SELECT COUNT(*) FROM Loads WHERE Name = N'g'"), [[0]])
  })

  it('checks constraints when asked to, and is refused where that would make a difference', async () => {
    const checked = { checkConstraints: true }

    await assert.rejects(load('Loads', [name, stock], [['h', 0]], checked), { number: 547 })
    await assert.rejects(load('Loads', [name, stock], [['h', 0]]), refused('Positive'))
    await assert.rejects(load('Parts', [name], [['nothing']], checked), { number: 547 })
    await assert.rejects(load('Parts', [name], [['nothing']]), refused('Known'))
    assert.equal(await load('Parts', [name], [['a'], [null]]), 2)
  })

  it('needs the permission to insert, and that to alter where it would leave constraints unchecked', async () => {
    const writer = await openConnectionOf('bulk writer', 'GRANT INSERT ON dbo.Loads')

    await assert.rejects(load('Parts', [name], [['a']], {}, writer), { number: 229 })
    await assert.rejects(load('Loads', [name], [['i']], {}, writer), refused('CHECK_CONSTRAINTS'))
    assert.equal(await load('Loads', [name], [['i']], { checkConstraints: true }, writer), 1)
  })

  it('fails with the table or a column that is not there, and with text that is too long', async () => {
    await assert.rejects(load('Nothing', [name], [['x']]), { number: 208 })
    await assert.rejects(load('Loads', [['Nothing', TYPES.Int]], [[1]]), { number: 207 })
    await assert.rejects(load('Loads', [name, stock], [['x'.repeat(21), 1]]), {
      number: 4815,
      message: /invalid column length from the bcp client for colid 1\./,
    })
  })

  it('is refused where the columns are not declared as they are in the table', async () => {
    const longer: Columns[number] = ['Name', TYPES.NVarChar, { length: 30 }]

    await assert.rejects(
      load('Loads', [['Name', TYPES.Int]], [[1]]),
      refused('a bulk load of int into the column'),
    )
    await assert.rejects(
      load('Loads', [['Id', TYPES.Int], name], [[9, 'x']]),
      refused('the identity column Id'),
    )
    await assert.rejects(load('Loads', [longer], [['x'.repeat(21)]]), refused('longer than its column'))
    await assert.rejects(
      load('Loads', [name], [['x']], { order: { Name: 'ASC' } }),
      refused('the option ORDER'),
    )
    assert.equal(await load('Loads', [longer], [['short']]), 1)
  })

  it('ends with the size that is stated when it is larger, and the connection goes on', async () => {
    await run('CREATE TABLE Blobs (Data varbinary(max))')
    const megabyte = Buffer.alloc(1024 * 1024)
    const data: Columns[number] = ['Data', TYPES.VarBinary, { length: Number.POSITIVE_INFINITY }]
    const names = Array.from({ length: 20 }, (_, index) => `C${index}`)
    await run(`CREATE TABLE Wide (${names.map((each) => `${each} int`).join(', ')})`)
    const columns = names.map((each): Columns[number] => [each, TYPES.Int])
    const manyRows = Array(140_000).fill([])

    await assert.rejects(load('Blobs', [data], Array(65).fill([megabyte])), refused('may take 64 MB'))
    await assert.rejects(load('Wide', columns, manyRows), refused('may take 64 MB'))
    assert.equal(await load('Blobs', [data], [[megabyte]]), 1)
  })

  it('is over when other than its rows follows', async () => {
    assert.deepEqual(await run('INSERT BULK Loads ([Name] nvarchar(20))', connection), [])
    assert.deepEqual(await run('SELECT 1', connection), [4022])
    assert.deepEqual(await run('SELECT 1', connection), [[1]])
    assert.deepEqual(await run('SELECT 1; INSERT BULK Loads ([Name] nvarchar(20))', connection), [50_000])
  })

  it('is over when its client cancels it, and nothing of it is stored', async () => {
    await assert.rejects(
      new Promise<void>((resolve, reject) => {
        const bulkLoad = connection.newBulkLoad('Loads', (error) => (error ? reject(error) : resolve()))
        bulkLoad.addColumn(...(name.slice(0, 2) as [string, Type]), { length: 20, nullable: false })
        const rows = function* () {
          yield ['j']
          bulkLoad.cancel()
          yield ['k']
        }
        connection.execBulkLoad(bulkLoad, rows() as Iterable<never>)
      }),
      { code: 'ECANCEL' },
    )

    assert.deepEqual(await run("SELECT COUNT(*) FROM Loads WHERE Name IN (N'j', N'k')", connection), [[0]])
  })
})
