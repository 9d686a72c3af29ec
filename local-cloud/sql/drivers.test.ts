// What drivers other than the sample's ask for: prepared statements, transactions that begin by themselves, their own types.
import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, describe, it } from 'node:test'
import { type Connection, Request, TYPES } from 'tedious'
import { ask, createLogins, startTestServer } from './test-client.ts'

const server = await startTestServer()
after(() => server.close())

const { login, closeAll } = createLogins(server.port)
afterEach(closeAll)

beforeEach(async () => {
  await server.execute('DROP TABLE IF EXISTS dbo.Items')
  await server.execute('CREATE TABLE dbo.Items (Id int NOT NULL PRIMARY KEY, Name nvarchar(20))')
  await server.execute("INSERT INTO dbo.Items VALUES (1, N'a'), (2, N'b')")
})

type Type = Parameters<Request['addParameter']>[1]
type Given = [name: string, type: Type, value: unknown]

interface Call {
  error: { number?: number; message: string } | undefined
  rows: unknown[][]
  returned: Record<string, unknown>
}

/** Calls a procedure. The names of parameters that return a value end with an exclamation mark. */
function call(connection: Connection, procedure: string, ...parameters: Given[]): Promise<Call> {
  return new Promise((resolve) => {
    const result: Call = { error: undefined, rows: [], returned: {} }
    const request = new Request(procedure, (error) => resolve({ ...result, error: error ?? undefined }))
    for (const [name, type, value] of parameters) {
      if (name.endsWith('!')) request.addOutputParameter(name.slice(0, -1), type, value)
      else request.addParameter(name, type, value)
    }
    request.on('row', (columns: { value: unknown }[]) => result.rows.push(columns.map(({ value }) => value)))
    request.on('returnValue', (name: string, value: unknown) => {
      result.returned[name] = value
    })
    connection.callProcedure(request)
  })
}

const statement = 'SELECT Name FROM dbo.Items WHERE Id = @id'

describe('a prepared statement', () => {
  it('is prepared, executed as often as wanted, and given back by tedious', async () => {
    const connection = await login()
    const rows: unknown[] = []
    const steps = Promise.withResolvers<void>()
    const executions = [1, 2]
    const request = new Request(statement, (error) => (error ? steps.reject(error) : next()))
    request.addParameter('id', TYPES.Int)
    request.on('row', ([column]: { value: unknown }[]) => rows.push(column?.value))
    request.once('prepared', () => next())
    const next = () => {
      const id = executions.shift()
      if (id === undefined) steps.resolve()
      else connection.execute(request, { id })
    }
    connection.prepare(request)
    await steps.promise
    const given = Promise.withResolvers<void>()
    request.callback = (error) => (error ? given.reject(error) : given.resolve())
    connection.unprepare(request)
    await given.promise

    assert.deepEqual(rows, ['a', 'b'])
  })

  it('is prepared and executed in one call, as ODBC and JDBC do', async () => {
    const connection = await login()
    const first = await call(
      connection,
      'sp_prepexec',
      ['handle!', TYPES.Int, null],
      ['params', TYPES.NVarChar, '@id int'],
      ['stmt', TYPES.NVarChar, statement],
      ['id', TYPES.Int, 1],
    )
    const handle = first.returned.handle
    const again = () => call(connection, 'sp_execute', ['handle', TYPES.Int, handle], ['', TYPES.Int, 2])
    const second = await again()
    const end = await call(connection, 'sp_unprepare', ['handle', TYPES.Int, handle])
    const { error } = await again()

    assert.deepEqual(
      [first.rows, typeof handle, second.rows, end.error],
      [[['a']], 'number', [['b']], undefined],
    )
    assert.deepEqual(
      [error?.number, error?.message],
      [8179, `Could not find prepared statement with handle ${handle}.`],
    )
  })

  it('is refused with 8180 for its syntax, when it is prepared', async () => {
    const connection = await login()
    const { error } = await call(
      connection,
      'sp_prepare',
      ['handle!', TYPES.Int, null],
      ['params', TYPES.NVarChar, ''],
      ['stmt', TYPES.NVarChar, 'SELECT FROM'],
    )

    assert.deepEqual(
      (error as unknown as AggregateError).errors.map(({ number }) => number),
      [156, 8180],
    )
  })

  it('is forgotten when the connection is reset', async () => {
    const connection = await login()
    const { returned } = await call(
      connection,
      'sp_prepexec',
      ['handle!', TYPES.Int, null],
      ['params', TYPES.NVarChar, ''],
      ['stmt', TYPES.NVarChar, 'SELECT 1 AS one'],
    )
    await new Promise((resolve) => connection.reset(resolve))

    const { error } = await call(connection, 'sp_execute', ['handle', TYPES.Int, returned.handle])
    assert.equal(error?.number, 8179)
  })
})

describe('an OUTPUT parameter', () => {
  it('returns the value that the statement has given it', async () => {
    const connection = await login()
    const { returned, error } = await call(
      connection,
      'sp_executesql',
      [
        'statement',
        TYPES.NVarChar,
        'SELECT @n = COUNT(*) FROM dbo.Items; SET @name = @name + N"é"'.replaceAll('"', "'"),
      ],
      ['params', TYPES.NVarChar, '@n int OUTPUT, @name nvarchar(9) OUT'],
      ['n!', TYPES.Int, null],
      ['name!', TYPES.NVarChar, 'caf'],
    )

    assert.deepEqual([error, returned], [undefined, { n: 2, name: 'café' }])
  })

  it('must be declared as one', async () => {
    const { error } = await call(
      await login(),
      'sp_executesql',
      ['statement', TYPES.NVarChar, 'SET @n = 1'],
      ['params', TYPES.NVarChar, '@n int'],
      ['n!', TYPES.Int, null],
    )

    assert.equal(error?.number, 8162)
  })
})

describe('SET IMPLICIT_TRANSACTIONS ON', () => {
  const open = async (connection: Connection) =>
    (await ask(connection, 'SELECT @@TRANCOUNT AS n', 'batch')).rows[0]?.n

  it('begins a transaction with the first statement that uses a table', async () => {
    const connection = await login()
    await ask(connection, 'SET IMPLICIT_TRANSACTIONS ON', 'batch')
    const before = await open(connection)
    await ask(connection, "UPDATE dbo.Items SET Name = N'z' WHERE Id = @id", { id: [TYPES.Int, 1] })

    assert.deepEqual([before, await open(connection)], [0, 1])
    await ask(connection, 'IF @@TRANCOUNT > 0 ROLLBACK TRAN', 'batch')
    assert.deepEqual(await server.execute('SELECT Name FROM dbo.Items WHERE Id = 1'), [{ Name: 'a' }])
  })

  it('ends when it is set OFF, with the transaction still open', async () => {
    const connection = await login()
    await ask(connection, 'SET IMPLICIT_TRANSACTIONS ON; DELETE FROM dbo.Items', 'batch')
    await ask(connection, 'SET IMPLICIT_TRANSACTIONS OFF; COMMIT; SELECT Id FROM dbo.Items', 'batch')

    assert.equal(await open(connection), 0)
    assert.deepEqual(await server.execute('SELECT COUNT(*) AS n FROM dbo.Items'), [{ n: 0 }])
  })
})

/** The type of a value that is nothing; tedious has none. */
const nil = {
  id: 0x1f,
  type: 'NULL',
  name: 'Null',
  declaration: () => 'nvarchar(1)',
  writeTypeInfo: (buffer: { writeUInt8(value: number): void }) => buffer.writeUInt8(0x1f),
  writeValue() {},
  validate: () => null,
} as unknown as Type

describe('a parameter', () => {
  const run = async (declaration: string, type: Type, value: unknown) =>
    call(
      await login(),
      'sp_executesql',
      ['statement', TYPES.NVarChar, 'SELECT @p AS value'],
      ['params', TYPES.NVarChar, `@p ${declaration}`],
      ['p', type, value],
    )

  it('may be nil, as Go sends it', async () => {
    assert.deepEqual((await run('nvarchar(1)', nil, null)).rows, [[null]])
  })

  it('may be a time in UTC with its offset, as Go sends it', async () => {
    const moment = new Date('2026-11-21T12:34:56.789Z')

    assert.deepEqual((await run('datetimeoffset(7)', TYPES.DateTimeOffset, moment)).rows, [[moment]])
    assert.deepEqual((await run('datetimeoffset', TYPES.DateTimeOffset, null)).rows, [[null]])
  })

  it('is refused by the name of its type where that is not imitated', async () => {
    const { error } = await run('money', TYPES.Money, 1.5)

    assert.deepEqual(
      [error?.number, error?.message],
      [50_000, 'The local database does not imitate parameters of the type money.'],
    )
  })
})

describe('a procedure', () => {
  it('is refused by its name when SQL Server has it, and with 2812 when it does not', async () => {
    const connection = await login()
    const known = await call(connection, 'sp_cursoropen')
    const unknown = await call(connection, 'dbo.Nothing')

    assert.equal(known.error?.number, 50_000)
    assert.match(known.error?.message ?? '', /does not imitate the procedure sp_cursoropen/)
    assert.deepEqual(
      [unknown.error?.number, unknown.error?.message],
      [2812, "Could not find stored procedure 'dbo.Nothing'."],
    )
  })
})
