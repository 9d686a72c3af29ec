// Azure SQL, proved by unmodified tedious: what a client sees on the wire, from PRELOGIN to a dropped connection.
import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { after, afterEach, beforeEach, describe, it } from 'node:test'
import { Request, TYPES } from 'tedious'
import { guidBytes } from './model/guids.ts'
import {
  administrator,
  ask,
  connect,
  createLogins,
  database,
  LoginRefused,
  startTestServer,
  tokenWith,
} from './test-client.ts'

const server = await startTestServer()
after(() => server.close())

const { login, open, closeAll } = createLogins(server.port)

async function refusal(
  attempt: Promise<unknown>,
): Promise<{ number: number; message: string; class: number }[]> {
  const error = await attempt.then(
    () => assert.fail('The login should have been refused.'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof LoginRefused, String(error))
  return error.messages
}

afterEach(() => {
  server.logins.clear()
  server.faults.clear()
  server.firewall.closed = false
  server.firewall.allowed.clear()
  closeAll()
})

const web = { name: 'id-web', clientId: '6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' }

const sidOf = (clientId: string) => `0x${guidBytes(clientId).toString('hex')}`

/** A table with three rows, and a user who may read it. */
async function prepareProducts({ name, clientId }: typeof web): Promise<void> {
  await server.execute(`DROP TABLE IF EXISTS dbo.Products; DROP USER IF EXISTS [${name}]`)
  await server.execute(
    'CREATE TABLE dbo.Products (Id int PRIMARY KEY, Name nvarchar(9), Category nvarchar(9), Price int)',
  )
  await server.execute(
    "INSERT INTO dbo.Products VALUES (1, N'a', N'x', 1), (2, N'b', N'x', 2), (3, N'c', N'y', 3)",
  )
  await server.execute(`CREATE USER [${name}] WITH SID = ${sidOf(clientId)}, TYPE = E`)
  await server.execute(`GRANT SELECT ON OBJECT::dbo.Products TO [${name}]`)
}

describe('a login', () => {
  it('succeeds for the administrator, known by object id or by client id', async () => {
    const byObjectId = await login({ oid: administrator })
    const byClientId = await login({ appid: administrator })

    const who = 'SELECT USER_NAME() AS who, SUSER_SNAME() AS login, DB_NAME() AS db'
    const { rows } = await ask(byObjectId, who)
    assert.deepEqual(rows, [
      { who: 'dbo', login: `${administrator}@99999999-9999-4999-8999-999999999999`, db: database },
    ])
    assert.equal((await ask(byClientId, who)).rows[0]?.who, 'dbo')
  })

  it('succeeds with a token that comes inside the login record', async () => {
    const authentication = {
      type: 'azure-active-directory-access-token',
      options: { token: tokenWith({ oid: administrator }) },
    } as const
    const connection = await connect(server.port, authentication)
    open.push(connection)

    assert.equal((await ask(connection, 'SELECT 1 AS one')).rows[0]?.one, 1)
  })

  it('succeeds with TDS 8, which is TLS from the first byte on', async () => {
    const connection = await login({ oid: administrator }, { encrypt: 'strict' })

    assert.equal((await ask(connection, 'SELECT 1 AS one')).rows[0]?.one, 1)
    await assert.rejects(
      login({ oid: administrator }, { encrypt: 'strict', serverName: 'example.com' }),
      /altnames|host/i,
    )
  })

  it('asks for a token for Azure SQL, whatever it will do with it', async () => {
    const scopes: unknown[] = []
    const getToken = async (scope: unknown) => {
      scopes.push(scope)
      return { token: tokenWith({ oid: administrator }), expiresOnTimestamp: 0 }
    }
    open.push(await connect(server.port, { type: 'token-credential', options: { credential: { getToken } } }))

    assert.deepEqual(scopes, ['https://database.windows.net/.default'])
  })

  it('is refused with 18456 for a token for another audience', async () => {
    const [error, ...more] = await refusal(login({ oid: administrator, aud: 'https://vault.azure.net' }))

    assert.equal(error?.number, 18456)
    assert.equal(error?.class, 14)
    assert.equal(error?.message, "Login failed for user '<token-identified principal>'.")
    assert.equal(more.length, 0)
  })

  it('is refused with 18456 for an identity without a user', async () => {
    const [error] = await refusal(login({ appid: '22222222-2222-4222-8222-222222222222' }))

    assert.equal(error?.number, 18456)
  })

  it('is refused for a user made from the object id of an application, the classic mistake', async () => {
    const oid = '33333333-3333-4333-8333-333333333333'
    await server.execute(`CREATE USER [by-object-id] WITH SID = ${sidOf(oid)}, TYPE = E`)

    const [error] = await refusal(login({ appid: '44444444-4444-4444-8444-444444444444', oid }))

    assert.equal(error?.number, 18456)
    await login({ oid })
  })

  it('is refused with 4060, and then with 18456, for a database that is not there', async () => {
    const errors = await refusal(login({ oid: administrator }, { database: 'master' }))

    assert.deepEqual(
      errors.map(({ number }) => number),
      [4060, 18456],
    )
    assert.equal(
      errors[0]?.message,
      'Cannot open database "master" requested by the login. The login failed.',
    )
  })

  it('is refused with 18456 for a name and a password', async () => {
    const credentials = { type: 'default', options: { userName: 'sa', password: 'Passw0rd' } } as const
    const [error] = await refusal(connect(server.port, credentials))

    assert.equal(error?.number, 18456)
    assert.match(error?.message ?? '', /^Login failed for user 'sa'\. .*only authentication is enabled/)
  })

  it('is refused with 40615 and the address of the client, until there is a rule for it', async () => {
    server.firewall.closed = true
    const [error] = await refusal(login())
    server.firewall.allowed.add('127.0.0.1')
    await login()

    assert.equal(error?.number, 40615)
    assert.match(
      error?.message ?? '',
      /^Cannot open server 'localhost' requested by the login\. Client with IP address '127\.0\.0\.1' is not allowed to access the server\./,
    )
  })

  it('wants TLS, and a certificate that the client trusts', async () => {
    await assert.rejects(login({ oid: administrator }, { encrypt: false }), /requires encryption/)
    await assert.rejects(
      login({ oid: administrator }, { serverName: 'example.com' }),
      /does not match certificate/,
    )
  })

  it('is counted, whether it succeeds or not', async () => {
    const before = server.loginCount
    await login()
    await refusal(login({ aud: 'nothing' }))

    assert.equal(server.loginCount, before + 2)
  })
})

describe('an independent client, tsql of FreeTDS', () => {
  const isInstalled = spawnSync('tsql', ['-C']).error === undefined

  it('gets through PRELOGIN and TLS, and is refused for its password', {
    skip: isInstalled ? false : 'tsql is not on PATH (Debian: apt-get install freetds-bin)',
  }, async () => {
    const child = execFile(
      'tsql',
      ['-H', '127.0.0.1', '-p', String(server.port), '-U', 'sa', '-P', 'secret'],
      {
        env: { ...process.env, TDSVER: '7.4' },
      },
    )
    let said = ''
    child.stderr?.on('data', (text) => {
      said += text
    })
    child.stdin?.end()
    await once(child, 'close')

    assert.match(said, /Msg 18456 \(severity 14, state 1\)/)
    assert.match(said, /Login failed for user 'sa'/)
  })
})

describe('a faulty login', () => {
  it('is answered with the error that was asked for', async () => {
    server.logins.failNext(40613)
    const [error] = await refusal(login())
    await login()

    assert.equal(error?.number, 40613)
    assert.match(
      error?.message ?? '',
      /^Database 'keyless' on server 'localhost' is not currently available\. {2}Please retry/,
    )
  })

  it('hangs until the client gives up', async () => {
    // Held, because on a busy machine the client can give up before its login has arrived.
    const letGo = server.logins.hold({ kind: 'hang' })

    await assert.rejects(
      login({ oid: administrator }, { connectTimeout: 1_000 }),
      /Failed to connect to .* in 1000ms/,
    )
    letGo()
  })

  it('is dropped, or cut off in the middle of the answer', async () => {
    server.logins.dropNext()
    server.logins.cutNext(20)

    await assert.rejects(login(), /socket hang up|ECONNRESET|lost/i)
    await assert.rejects(login(), /socket hang up|ECONNRESET|lost/i)
  })

  it('succeeds late', async () => {
    server.logins.delayNext(60)
    const start = performance.now()
    await login()

    assert.ok(performance.now() - start >= 60)
  })
})

describe('bytes that are not TDS', () => {
  const samples: Record<string, Buffer> = {
    'an HTTP request': Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    'what begins like TLS': Buffer.from('\x16GET / HTTP/1.1\r\n\r\n', 'latin1'),
    'a packet of length 0': Buffer.from('1201000000000100', 'hex'),
    'a PRELOGIN that points past its end': Buffer.from('1201000a00000100000fffff', 'hex').subarray(0, 10),
    'a login without TLS': Buffer.concat([Buffer.from('1001006600000100', 'hex'), Buffer.alloc(94)]),
  }

  for (const [name, bytes] of Object.entries(samples)) {
    it(`end the connection, and only that: ${name}`, async () => {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(bytes)
      await once(socket, 'close')

      await login()
    })
  }

  it('end the connection also after PRELOGIN and in the middle of the handshake', async () => {
    const prelogin = Buffer.from('12010014000001000000060006ff0c0007d00000', 'hex')
    for (const garbage of [Buffer.alloc(300, 0x17), Buffer.from('1201001000000100deadbeefdeadbeef', 'hex')]) {
      const socket = net.connect(server.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(prelogin)
      await once(socket, 'data')
      socket.write(garbage)
      await once(socket, 'close')
    }

    await login()
  })
})

describe('a procedure call', () => {
  const guid = '6F1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9'
  const moment = new Date('2026-11-21T12:34:56.789Z')
  const cases: [string, string, unknown, object?, unknown?][] = [
    ['Bit', 'bit', true],
    ['TinyInt', 'tinyint', 255],
    ['SmallInt', 'smallint', -32768],
    ['Int', 'int', -2147483648],
    ['BigInt', 'bigint', '9007199254740993'],
    ['Float', 'float', -1.5e300],
    ['Real', 'real', 0.5],
    ['Decimal', 'decimal(10,2)', -1234567.89, { precision: 10, scale: 2 }],
    ['Numeric', 'decimal(18,4)', 0.0001, { precision: 18, scale: 4 }],
    ['NVarChar', 'nvarchar', `x'; DROP TABLE dbo.Products; -- é日本語😀`],
    ['NVarChar', 'an empty nvarchar', ''],
    ['NVarChar', 'a long nvarchar(max)', 'wörd '.repeat(20_000)],
    ['VarChar', 'varchar', 'naïve €'],
    ['DateTime2', 'datetime2(7)', moment],
    ['DateTime2', 'datetime2(3)', moment, { scale: 3 }],
    ['DateTime', 'datetime', new Date('2026-11-21T12:34:56.790Z')],
    ['Date', 'date', new Date('2026-11-21T00:00:00Z')],
    ['DateTimeOffset', 'datetimeoffset(7)', moment],
    ['DateTimeOffset', 'datetimeoffset(3)', moment, { scale: 3 }],
    ['SmallDateTime', 'smalldatetime', new Date('2079-06-06T23:59:00Z')],
    ['Time', 'time(7)', new Date('1970-01-01T12:34:56.789Z')],
    ['Time', 'time(3)', new Date('1970-01-01T23:59:59.999Z'), { scale: 3 }],
    ['Time', 'time(0)', new Date('1970-01-01T23:59:59.000Z'), { scale: 0 }],
    ['UniqueIdentifier', 'uniqueidentifier', guid],
    ['VarBinary', 'varbinary', Buffer.from([0, 1, 255])],
    ['VarBinary', 'varbinary(max)', Buffer.alloc(70_000, 7)],
  ]

  for (const [type, name, value, options] of cases) {
    it(`takes and gives back a ${name}, and its NULL`, async () => {
      const connection = await login()
      const tediousType = TYPES[type as keyof typeof TYPES]
      const { rows } = await ask(connection, 'SELECT @value AS value, @nothing AS nothing', {
        value: [tediousType, value, options],
        nothing: [tediousType, null, options],
      })

      assert.deepEqual(rows, [{ value, nothing: null }])
    })
  }

  it('may go by its name', async () => {
    const connection = await login()
    let result: unknown
    await new Promise<void>((resolve, reject) => {
      const request = new Request('sp_executesql', (error) => (error ? reject(error) : resolve()))
      request.addParameter('statement', TYPES.NVarChar, 'SELECT @a + 1 AS sum')
      request.addParameter('params', TYPES.NVarChar, '@a int')
      request.addParameter('a', TYPES.Int, 41)
      request.on('row', ([column]) => {
        result = column.value
      })
      connection.callProcedure(request)
    })

    assert.equal(result, 42)
  })

  it('complains when a transaction begins in it and does not end', async () => {
    const connection = await login()

    await assert.rejects(ask(connection, 'BEGIN TRANSACTION'), { number: 266 })
    await assert.rejects(ask(connection, 'COMMIT'), { number: 266 })
  })
})

describe('results', () => {
  it('have the types of their columns', async () => {
    await server.execute('DROP TABLE IF EXISTS dbo.Typed')
    await server.execute(`CREATE TABLE dbo.Typed (
      Id int NOT NULL PRIMARY KEY, Big bigint, Flag bit, Name nvarchar(40), Notes nvarchar(max), Price decimal(10, 2),
      At datetime2(3), Guid uniqueidentifier, Bytes varbinary(8), Ratio float)`)
    await server.execute(`INSERT INTO dbo.Typed VALUES
      (1, 9007199254740993, 1, N'Écharpe', N'日本語', 12.345, '2026-11-21T10:00:00.1239', '6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9', 0x0102, 0.1),
      (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
    const { rows, columns } = await ask(await login(), 'SELECT * FROM dbo.Typed ORDER BY Id')

    assert.deepEqual(rows, [
      {
        Id: 1,
        Big: '9007199254740993',
        Flag: true,
        Name: 'Écharpe',
        Notes: '日本語',
        Price: 12.35,
        At: new Date('2026-11-21T10:00:00.124Z'),
        Guid: '6F1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9',
        Bytes: Buffer.from([1, 2]),
        Ratio: 0.1,
      },
      {
        Id: 2,
        Big: null,
        Flag: null,
        Name: null,
        Notes: null,
        Price: null,
        At: null,
        Guid: null,
        Bytes: null,
        Ratio: null,
      },
    ])
    const price = columns[0]?.find(({ colName }) => colName === 'Price')
    assert.deepEqual([price?.type.name, price?.precision, price?.scale], ['DecimalN', 10, 2])
    assert.equal(columns[0]?.find(({ colName }) => colName === 'Name')?.dataLength, 80)
  })

  it('may be wide and long, and go over many packets of any size', async () => {
    for (const packetSize of [512, 4096, 32_767]) {
      const connection = await login({ oid: administrator }, { packetSize })
      const text = 'ü'.repeat(4_000)
      const union = Array.from({ length: 50 }, (_, index) => `(${index}, @text)`).join(', ')
      const { rows } = await ask(connection, `SELECT * FROM (VALUES ${union}) AS v (Id, Body) ORDER BY Id`, {
        text: [TYPES.NVarChar, text],
      })

      assert.equal(rows.length, 50)
      assert.ok(rows.every((row, index) => row.Id === index && row.Body === text))
    }
  })

  it('come in packets of the size that was agreed on', async () => {
    const connection = await login({ oid: administrator }, { packetSize: 1_000, debug: { packet: true } })
    const sizes: number[] = []
    connection.on('debug', (text: string) => {
      const [, length] = /type:0x04.*length:0x(\w+)/.exec(text) ?? []
      if (length) sizes.push(Number.parseInt(length, 16))
    })
    await ask(connection, `SELECT N'${'x'.repeat(1_200)}' AS x`)

    assert.deepEqual(sizes.slice(0, 2), [1_000, 1_000])
  })

  it('come one for each statement of a batch, each with its count', async () => {
    const connection = await login()
    const counts: (number | undefined)[] = []
    const request = new Request(
      "SELECT 1 AS a SELECT 2 AS b UPDATE dbo.Typed SET Name = N'x'; SELECT 3 AS c WHERE 1 = 0",
      () => {},
    )
    request.on('done', (count) => counts.push(count))
    connection.execSqlBatch(request)
    await once(request, 'requestCompleted')

    assert.deepEqual(counts, [1, 1, 2, 0])
  })

  it('come with the error of the statement that failed', async () => {
    const connection = await login()

    await assert.rejects(ask(connection, 'SELECT 1 AS a; SELECT * FROM dbo.Nothing'), {
      number: 208,
      class: 16,
      message: "Invalid object name 'dbo.Nothing'.",
    })
  })
})

describe('a faulty query', () => {
  it('is answered with the error that was asked for, and nothing else is lost', async () => {
    const connection = await login()
    server.faults.failNext(1205, { message: 'Transaction was deadlocked.' })

    await assert.rejects(ask(connection, 'SELECT 1 AS one'), {
      number: 1205,
      message: 'Transaction was deadlocked.',
    })
    assert.equal((await ask(connection, 'SELECT 1 AS one')).rows.length, 1)
  })

  it('is late', async () => {
    const connection = await login()
    server.faults.delayNext(60)
    const start = performance.now()
    await ask(connection, 'SELECT 1 AS one')

    assert.ok(performance.now() - start >= 60)
  })

  it('ends with the connection: before the answer, or in the middle of it', async () => {
    const sql = `SELECT * FROM (VALUES ${Array.from({ length: 500 }, (_, i) => `(${i})`).join(', ')}) AS v (a)`
    for (const fault of [() => server.faults.dropNext(), () => server.faults.cutNext(2_000)]) {
      const connection = await login()
      fault()

      await assert.rejects(ask(connection, sql), { code: /^(ESOCKET|ECONNRESET)$/ })
    }
  })

  it('spares the options that tedious sets when it logs in', async () => {
    const before = server.queryCount
    server.faults.failNext(50_001)
    const connection = await login()

    assert.equal(server.queryCount, before)
    await assert.rejects(ask(connection, 'SELECT 1 AS one'), { number: 50_001 })
    assert.equal(server.requests.at(-1), 'SELECT 1 AS one')
  })
})

describe('the connections', () => {
  it('serve fifty clients at once', async (t) => {
    server.dropConnections()
    await t.waitFor(() => assert.equal(server.openConnections, 0), { timeout: 20_000 })
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const connection = await login()
        const { rows } = await ask(connection, 'SELECT @index AS i', { index: [TYPES.Int, index] })
        return rows[0]?.i
      }),
    )

    assert.equal(server.openConnections, 50)
    assert.deepEqual(
      answers,
      Array.from({ length: 50 }, (_, index) => index),
    )
  })

  it('all drop at a fail-over, and new ones can be made', async () => {
    const connection = await login()
    const dropped = once(connection, 'end')
    server.dropConnections()
    await dropped

    assert.equal(connection.closed, true)
    await ask(await login(), 'SELECT 1 AS one')
  })

  it('forget what they were in the middle of when they are reset', async () => {
    const connection = await login()
    await ask(
      connection,
      "SET XACT_ABORT ON; BEGIN TRANSACTION; UPDATE dbo.Typed SET Name = N'lost'",
      'batch',
    )
    await new Promise<void>((resolve, reject) =>
      connection.reset((error) => (error ? reject(error) : resolve())),
    )

    const { rows } = await ask(await login(), "SELECT COUNT(*) AS n FROM dbo.Typed WHERE Name = N'lost'")
    assert.equal(rows[0]?.n, 0)
  })
})

describe('a user', () => {
  beforeEach(() => prepareProducts(web))

  const list = 'SELECT COUNT(*) AS n FROM dbo.Products'
  const denied = {
    number: 229,
    class: 14,
    message: "The SELECT permission was denied on the object 'Products', database 'keyless', schema 'dbo'.",
  }

  it('reads what was granted, and loses it with REVOKE or DENY, on an open connection too', async () => {
    const site = await login({ appid: web.clientId })
    await ask(site, list)
    await server.execute('REVOKE SELECT ON dbo.Products FROM [id-web]')
    await assert.rejects(ask(site, list), denied)
    await server.execute('GRANT SELECT ON SCHEMA::dbo TO [id-web]')
    await ask(site, list)
    await server.execute('DENY SELECT ON OBJECT::dbo.Products TO [id-web]')
    await assert.rejects(ask(site, list), denied)
  })

  it('is denied the table wherever a statement reads it', async () => {
    await server.execute(
      'REVOKE SELECT ON dbo.Products FROM [id-web]; REVOKE SELECT ON SCHEMA::dbo FROM [id-web]',
    )
    const site = await login({ appid: web.clientId })
    for (const sql of [
      'SELECT 1 AS a WHERE EXISTS (SELECT 1 FROM dbo.Products)',
      'WITH p AS (SELECT Id FROM dbo.Products) SELECT 1 AS a',
      'SELECT a.x FROM (SELECT Id AS x FROM dbo.Products) AS a',
      'SELECT (SELECT MAX(Id) FROM dbo.Products) AS a',
      'IF EXISTS (SELECT 1 FROM dbo.Products) SELECT 1 AS a',
      'DECLARE @n int = (SELECT COUNT(*) FROM dbo.Products)',
      'SELECT s.name FROM sys.tables AS s INNER JOIN dbo.Products AS p ON p.Id = s.object_id',
    ]) {
      await assert.rejects(ask(site, sql), denied, sql)
    }
  })

  it('may change nothing', async () => {
    const site = await login({ appid: web.clientId })
    const refused: [sql: string, number: number][] = [
      ["INSERT INTO dbo.Products VALUES (1000, N'a', N'b', 1)", 229],
      ['UPDATE dbo.Products SET Price = 0', 229],
      ['DELETE FROM dbo.Products', 229],
      ['CREATE TABLE dbo.Mine (Id int)', 262],
      ['DROP TABLE dbo.Products', 3701],
      ['CREATE USER [friend] WITH SID = 0x00112233445566778899AABBCCDDEEFF, TYPE = E', 15247],
      ['DROP USER [id-web]', 15151],
      ['GRANT DELETE ON dbo.Products TO [id-web]', 15151],
      ['INSERT INTO sys.database_permissions (class) VALUES (0)', 229],
    ]
    for (const [sql, number] of refused) await assert.rejects(ask(site, sql), { number }, sql)
  })

  it('may change what it was granted, but read it only if that was granted too', async () => {
    await server.execute(
      'GRANT UPDATE ON dbo.Products TO [id-web]; REVOKE SELECT ON dbo.Products FROM [id-web]',
    )
    const site = await login({ appid: web.clientId })

    assert.equal((await ask(site, 'UPDATE dbo.Products SET Price = 1')).rowCount, 3)
    await assert.rejects(ask(site, 'UPDATE dbo.Products SET Price = 2 WHERE Id = 1'), denied)
    await server.execute('REVOKE UPDATE ON dbo.Products FROM [id-web]')
  })

  it('loses its grants when it is dropped', async () => {
    await server.execute(
      `DROP USER [id-web]; CREATE USER [id-web] WITH SID = ${sidOf(web.clientId)}, TYPE = E`,
    )

    await assert.rejects(ask(await login({ appid: web.clientId }), list), denied)
  })

  it('does not come to act for the next user of that name', async () => {
    const stale = await login({ appid: web.clientId })
    const next = { ...web, clientId: '66666666-6666-4666-8666-666666666666' }
    await prepareProducts(next)

    await assert.rejects(ask(stale, list), denied)
    await ask(await login({ appid: next.clientId }), list)
  })
})
