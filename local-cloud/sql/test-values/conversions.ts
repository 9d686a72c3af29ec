// CAST, TRY_CAST and what is converted unasked, except for dates and times.
import { describe } from 'node:test'
import type { Connection } from 'tedious'
import { failures, values } from './tables.ts'

export function conversionTests(connection: Connection): void {
  // https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#truncating-and-rounding-results
  describe('a conversion to text that is too short', () => {
    values(connection, [
      ['CAST(123456 AS varchar(3))', '*', 'varchar(3)'],
      ['CAST(CAST(-1000 AS smallint) AS varchar(4))', '*'],
      ['CAST(123456 AS varchar(6))', '123456'],
      ["CAST('abcdef' AS varchar(3))", 'abc', 'varchar(3)'],
      ["CAST(CAST('2026-11-21T10:20:30' AS datetime2(0)) AS varchar(10))", '2026-11-21'],
    ])
    failures(connection, [
      ['SELECT CAST(123456 AS nvarchar(3))', 8115, /expression to data type nvarchar/],
      ['SELECT CAST(CAST(123456 AS bigint) AS varchar(3))', 8115],
      ['SELECT CAST(123.45 AS varchar(3))', 8115, /numeric to data type varchar/],
      ['SELECT CAST(12.5e0 AS varchar(2))', 232, /type varchar, value = 12.500000/],
      ["SELECT CAST(CAST('6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' AS uniqueidentifier) AS varchar(10))", 8170],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#truncating-and-rounding-results
  describe('a conversion between numbers', () => {
    values(connection, [
      ['CAST(10.6496 AS int)', '10', 'int'],
      ['CAST(-10.6496 AS int)', '-10'],
      ['CAST(10.6496 AS numeric)', '11', 'decimal(18,0)'],
      ['CAST(-10.6496 AS numeric)', '-11'],
      ['CAST(9.99e0 AS int)', '9'],
      ["CAST('99999999999999999999.5' AS decimal(21, 0))", '100000000000000000000'],
      ["CAST('' AS int)", '0'],
      ["CAST(' 12e2 ' AS float)", '1200'],
      ['CAST(CAST(12345678901234567890 AS float) AS decimal(20, 0))', '12345678901234600000'],
    ])
    // https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
    failures(connection, [
      ['SELECT CAST(256 AS tinyint)', 220, /data type tinyint, value = 256/],
      ['SELECT CAST(-32769 AS smallint)', 220],
      ['SELECT CAST(3000000000 AS int)', 8115, /data type int/],
      ['SELECT CAST(3e9 AS int)', 232, /type int, value = 3000000000.000000/],
      ["SELECT CAST('300' AS tinyint)", 244, /'300' overflowed an INT1 column/],
      ["SELECT CAST('70000' AS smallint)", 244, /INT2/],
      ["SELECT CAST('3000000000' AS int)", 248],
      ["SELECT CAST('9223372036854775808' AS bigint)", 8115],
      ["SELECT CAST('x' AS bigint)", 8114],
      ["SELECT CAST('' AS decimal(5, 2))", 8114],
      ["SELECT CAST('1e5' AS decimal(9, 2))", 8114],
      ["SELECT CAST('Infinity' AS float)", 8114],
      ['DECLARE @n tinyint = 256', 220],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/data-types/binary-and-varbinary-transact-sql
  describe('a conversion of bytes', () => {
    values(connection, [
      ['CAST(CAST(123456 AS varbinary(4)) AS int)', '123456'],
      ['CAST(CAST(123456 AS varbinary(2)) AS int)', '57920'],
      ['CAST(0xFFFFFFFF AS int)', '-1'],
      ['CAST(0xFF AS tinyint)', '255'],
      ['0xFF + 1', '256', 'int'],
      ['CAST(0x6162E9 AS varchar(3))', 'abé', 'varchar(3)'],
      ['CAST(0x61006200 AS nvarchar(2))', 'ab', 'nvarchar(2)'],
      ["CAST(CAST(CAST(N'é€' AS varbinary(4)) AS varbinary(2)) AS nvarchar(1))", 'é'],
      ["CAST(0x61 + 0x6263 + CAST('d' AS varbinary(2)) AS varchar(9))", 'abcd'],
      ["CASE WHEN CAST('a€' AS varbinary(9)) = 0x6180 THEN 1 END", '1'],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#implicit-conversions
  describe('a conversion that SQL Server does not make', () => {
    failures(connection, [
      ['SELECT CAST(1 AS date)', 529, /from data type int to date is not allowed/],
      ['SELECT CAST(SYSDATETIME() AS int)', 529],
      ['SELECT CAST(0x01 AS float)', 529],
      ["SELECT CAST(CAST('6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9' AS uniqueidentifier) AS int)", 529],
      ['DECLARE @d date = 1', 206, /int is incompatible with date/],
      ['DECLARE @n int = GETDATE()', 257, /from data type datetime to int is not allowed\. Use the CONVERT/],
      ["DECLARE @b varbinary(5) = 'a'", 257],
      ['SELECT 1 WHERE SYSDATETIME() = 1', 206],
    ])
  })

  describe('a conversion that SQL Server makes and this does not', () => {
    failures(connection, [
      ['SELECT CAST(1.5 AS varbinary(9))', 50000, /conversion of decimal\(2,1\) to varbinary\(9\)/],
      ['SELECT CAST(GETDATE() AS varbinary(9))', 50000],
      ['SELECT CAST(0x0102 AS uniqueidentifier)', 50000],
      ['SELECT CAST(0x0102 AS decimal(5, 2))', 50000],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/functions/try-cast-transact-sql
  describe('TRY_CAST and TRY_CONVERT', () => {
    values(connection, [
      ["TRY_CAST('x' AS int)", null, 'int'],
      ["TRY_CAST('12' AS int)", '12'],
      ['TRY_CONVERT(tinyint, 256)', null, 'tinyint'],
      ["TRY_CONVERT(date, '2026-02-30')", null],
      ["ISNULL(TRY_CAST('1752-01-01' AS datetime), CAST('2026-01-01' AS datetime))", 'Jan  1 2026 12:00AM'],
    ])
    failures(connection, [
      ['SELECT TRY_CAST(1 AS date)', 529],
      ['SELECT TRY_CAST(1 / 0 AS varchar(5))', 8134],
      ['SELECT TRY_CAST(1.5 AS varbinary(9))', 50000],
    ])
  })
}
