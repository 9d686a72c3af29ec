// T-SQL that SQL Server runs and this server does not is refused by its name, never with an error of SQL Server's; and what
// SQL Server refuses too gets its error. https://learn.microsoft.com/sql/t-sql/language-reference
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection } from 'tedious'
import { NOT_IMITATED } from '../model/errors.ts'
import { administrator, ask } from '../test-client.ts'
import { failures, values } from './tables.ts'

const refused: [sql: string, name: string][] = [
  ['SELECT $5.5', 'money literals such as $5.5'],
  ['SELECT -€1,000.50', 'money literals such as €1,000.50'],
  ['SELECT CAST(1 AS money)', 'the type money'],
  ['SELECT CAST(1 AS hierarchyid)', 'the type hierarchyid'],
  ['SELECT geography::Point(1, 2, 4326)', 'the method of a type'],
  ["SELECT {d '2026-11-21'}", 'an escape of ODBC'],
  ["SELECT PARSE('1' AS int)", 'this form of the function PARSE'],
  ["SELECT TRIM(BOTH 'x' FROM 'xax')", 'this form of the function TRIM'],
  ["SELECT JSON_OBJECT('a':1)", 'this form of the function JSON_OBJECT'],
  ['SELECT SOUNDEX(N)', 'the function SOUNDEX'],
  ['SELECT DATE_BUCKET(week, 2, SYSDATETIME())', 'the function DATE_BUCKET'],
  ['SELECT dbo.Total(1)', 'the function dbo.Total'],
  ["SELECT x.a.value('.', 'int') FROM (SELECT 1 AS a) AS x", 'the function x.a.value'],
  ["SELECT SYSUTCDATETIME() AT TIME ZONE 'UTC'", 'AT TIME ZONE'],
  ["SELECT 'a' COLLATE Latin1_General_BIN2", 'COLLATE'],
  ['SELECT 1 WHERE 1 IS NOT DISTINCT FROM 2', 'DISTINCT FROM'],
  ['SELECT 1 WHERE 1 > ALL (SELECT 2)', 'ALL'],
  ["SELECT 1 FROM dbo.T WHERE CONTAINS(a, 'b')", 'CONTAINS'],
  ['SELECT * FROM GENERATE_SERIES(1, 5)', 'the function GENERATE_SERIES in a FROM'],
  ["SELECT * FROM OPENROWSET(BULK 'a', SINGLE_BLOB) AS b", 'OPENROWSET'],
  ['SELECT * FROM a INNER HASH JOIN b ON 1 = 1', 'INNER HASH'],
  ['SELECT * FROM a TABLESAMPLE (5 PERCENT)', 'TABLESAMPLE'],
  ['SELECT * FROM a PIVOT (MAX(b) FOR c IN ([1])) AS p', 'PIVOT'],
  ['SELECT SUM(a) OVER w FROM t WINDOW w AS (ORDER BY a)', 'a window with a name'],
  ['SELECT a FROM t WINDOW w AS (ORDER BY a)', 'WINDOW'],
  ['SELECT a FROM t GROUP BY GROUPING SETS ((a), ())', 'SETS'],
  ['SELECT TOP (1) WITH TIES a FROM t ORDER BY a', 'WITH'],
  ['SELECT a FROM t OPTION (HASH JOIN)', 'OPTION (HASH)'],
  ['SELECT NEXT VALUE FOR dbo.Numbers', 'FOR'],
  ['SELECT 5 & 3', 'the operator &'],
  ['SELECT * FROM sys.dm_exec_requests', 'the view sys.dm_exec_requests'],
  ['SELECT * FROM INFORMATION_SCHEMA.VIEW_TABLE_USAGE', 'the view INFORMATION_SCHEMA.VIEW_TABLE_USAGE'],
  ['DECLARE c CURSOR FOR SELECT 1', 'CURSOR'],
  ['BEGIN DISTRIBUTED TRAN', 'DISTRIBUTED'],
  ['sp_help', 'the procedure sp_help'],
  ["EXEC sp_rename 'a', 'b'", 'EXEC'],
  ['DISABLE TRIGGER ALL ON DATABASE', 'DISABLE'],
  ['UPDATE STATISTICS dbo.T', 'STATISTICS'],
  ['again: SELECT 1', 'a label'],
  ['BACKUP DATABASE a TO DISK = 1', 'BACKUP'],
  ['DBCC CHECKDB', 'DBCC'],
  ["RAISERROR('%x', 16, 1, 5)", '%x in a RAISERROR'],
]

export function refusalTests(connection: Connection): void {
  describe('T-SQL that is not imitated', () => {
    for (const [sql, name] of refused) {
      it(`is refused by its name: ${sql}`, () =>
        assert.rejects(ask(connection, sql, 'batch'), (error: { number: number; message: string }) => {
          assert.equal(error.number, NOT_IMITATED, error.message)
          assert.ok(error.message.includes(name), error.message)
          return true
        }))
    }
  })

  describe('what SQL Server refuses', () => {
    failures(connection, [
      ['SELECT FROM t', 156, /keyword 'FROM'/],
      ['SELECT 1 AS order', 156],
      ['SELECT 1 WHERE', 102],
      ['SELECT a FROM t WHERE a', 4145],
      ['IF 1 SELECT 2', 4145, /near 'SELECT'/],
      ['SELECT IIF(1, 2, 3)', 4145],
      ['CREATE TABLE dbo.T (order int)', 156],
      ['SELECT * FROM dbo.Nothing', 208],
      ['nothing', 2812, /stored procedure 'nothing'/],
      ['SELECT Nothing FROM (SELECT 1 AS a) AS x', 207],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/functions/current-user-transact-sql
  describe('the functions that are called by their name alone', () => {
    const login = `${administrator}@99999999-9999-4999-8999-999999999999`
    values(connection, [
      ['CURRENT_USER', 'dbo', 'nvarchar(128)'],
      ['SESSION_USER', 'dbo', 'nvarchar(128)'],
      ['USER', 'dbo', 'nvarchar(128)'],
      ['SYSTEM_USER', login, 'nvarchar(128)'],
      ['CASE WHEN CURRENT_TIMESTAMP > 0 THEN 1 END', '1'],
    ])
  })
}
