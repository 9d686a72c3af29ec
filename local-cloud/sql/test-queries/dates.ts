// Functions of dates.
// https://learn.microsoft.com/sql/t-sql/functions/date-and-time-data-types-and-functions-transact-sql
import { describe } from 'node:test'
import { answers, errors, refusals, values } from './database.ts'

const text = (expression: string) => `CAST(${expression} AS varchar(30))`
const moment = "CAST('2007-01-01 13:10:10.1111111' AS datetime2)"
const boundary = "'2005-12-31 23:59:59.9999999', '2006-01-01 00:00:00.0000000'"

describe('functions of dates', () => {
  // The examples of DATEADD, DATEDIFF and DATEPART in their documentation.
  values([
    [text(`DATEADD(year, 1, ${moment})`), 'varchar(30)', '2008-01-01 13:10:10.1111111'],
    [text(`DATEADD(quarter, 1, ${moment})`), 'varchar(30)', '2007-04-01 13:10:10.1111111'],
    [text(`DATEADD(mm, 13, ${moment})`), 'varchar(30)', '2008-02-01 13:10:10.1111111'],
    [text(`DATEADD(dayofyear, 365, ${moment})`), 'varchar(30)', '2008-01-01 13:10:10.1111111'],
    [text(`DATEADD(wk, 5, ${moment})`), 'varchar(30)', '2007-02-05 13:10:10.1111111'],
    [text(`DATEADD(hour, 23, ${moment})`), 'varchar(30)', '2007-01-02 12:10:10.1111111'],
    [text(`DATEADD(minute, -59, ${moment})`), 'varchar(30)', '2007-01-01 12:11:10.1111111'],
    [text(`DATEADD(second, 2.9, ${moment})`), 'varchar(30)', '2007-01-01 13:10:12.1111111'],
    [text(`DATEADD(millisecond, 1, ${moment})`), 'varchar(30)', '2007-01-01 13:10:10.1121111'],
    [text(`DATEADD(microsecond, 1, ${moment})`), 'varchar(30)', '2007-01-01 13:10:10.1111121'],
    [text(`DATEADD(nanosecond, 49, ${moment})`), 'varchar(30)', '2007-01-01 13:10:10.1111111'],
    [text(`DATEADD(nanosecond, 150, ${moment})`), 'varchar(30)', '2007-01-01 13:10:10.1111113'],
    ["DATEADD(month, 1, '20060831')", 'datetime', new Date('2006-09-30T00:00:00Z')],
    ["DATEADD(day, 2, CAST('2026-02-27' AS date))", 'date', new Date('2026-03-01T00:00:00Z')],
    ['DATEADD(day, NULL, GETDATE())', 'datetime', null],
    [
      "DATEADD(month, DATEDIFF(month, 0, '2026-11-27T10:00:00'), 0)",
      'datetime',
      new Date('2026-11-01T00:00:00Z'),
    ],
    ...['year', 'quarter', 'month', 'dayofyear', 'day', 'week', 'hour', 'minute', 'second', 'ms', 'mcs'].map(
      (part): [string, string, unknown] => [`DATEDIFF(${part}, ${boundary})`, 'int', 1],
    ),
    ["DATEDIFF(day, '2036-03-01', '2036-02-28')", 'int', -2],
    ["DATEDIFF_BIG(ns, '2026-01-01', '2026-01-02')", 'bigint', '86400000000000'],
    ["DATEDIFF(hour, CAST('2026-01-01' AS date), '2026-01-02T06:30:00')", 'int', 30],
    ...Object.entries({
      year: 2007,
      quarter: 4,
      month: 10,
      dayofyear: 303,
      day: 30,
      week: 44,
      weekday: 3,
      hour: 12,
      minute: 15,
      second: 32,
      millisecond: 123,
      microsecond: 123456,
      nanosecond: 123456700,
      iso_week: 44,
    }).map(([part, value]): [string, string, unknown] => [
      `DATEPART(${part}, '2007-10-30 12:15:32.1234567')`,
      'int',
      value,
    ]),
    ["DATEPART(week, '2007-04-21')", 'int', 16],
    ["DATEPART(isowk, '2004-01-04')", 'int', 1],
    ["DATEPART(isowk, '2010-01-03')", 'int', 53],
    ['DATEPART(year, 0)', 'int', 1900],
    ["DATENAME(month, '2007-10-30')", 'nvarchar(30)', 'October'],
    ["DATENAME(dw, '2007-10-30')", 'nvarchar(30)', 'Tuesday'],
    ["DATENAME(day, '2007-10-30')", 'nvarchar(30)', '30'],
    ["YEAR('2010-04-30T01:01:01.123')", 'int', 2010],
    ["MONTH('2007-04-30')", 'int', 4],
    ["DAY('2015-04-30 01:01:01')", 'int', 30],
    ["EOMONTH('2011-12-01')", 'date', new Date('2011-12-31T00:00:00Z')],
    ["EOMONTH('2024-01-31T10:00:00', 1)", 'date', new Date('2024-02-29T00:00:00Z')],
    ['DATEFROMPARTS(2010, 12, 31)', 'date', new Date('2010-12-31T00:00:00Z')],
    ['DATETIMEFROMPARTS(2010, 12, 31, 23, 59, 59, 0)', 'datetime', new Date('2010-12-31T23:59:59Z')],
    [text('DATETIME2FROMPARTS(2011, 8, 15, 14, 23, 44, 5, 1)'), 'varchar(30)', '2011-08-15 14:23:44.5'],
    [text(`DATETRUNC(month, ${moment})`), 'varchar(30)', '2007-01-01 00:00:00.0000000'],
    [text("DATETRUNC(quarter, CAST('2021-12-08' AS date))"), 'varchar(30)', '2021-10-01'],
    [text("DATETRUNC(week, CAST('2021-11-11' AS date))"), 'varchar(30)', '2021-11-07'],
    ['DATEDIFF(second, GETUTCDATE(), SYSUTCDATETIME()) / 5', 'int', 0],
  ])
  answers([
    [
      'SELECT MONTH(Day), COUNT(*) FROM Sales GROUP BY MONTH(Day) ORDER BY MONTH(Day)',
      [
        [1, 2],
        [2, 2],
        [3, 1],
      ],
    ],
    ["SELECT Id FROM Sales WHERE Day >= DATEADD(day, -7, '2026-01-25') AND Day < '2026-01-25'", [2]],
  ])
  errors([
    ["SELECT DATEADD(foo, 1, '2026-01-01')", 155, "'foo' is not a recognized dateadd option."],
    ["SELECT DATEADD('day', 1, '2026-01-01')", 1023, 'Invalid parameter 1 specified for dateadd.'],
    ["SELECT DATEADD(day, '2026-01-01')", 174, 'The dateadd function requires 3 argument(s).'],
    ["SELECT DATEADD(year, 2147483648, '20060731')", 8115],
    ["SELECT DATEADD(year, 2147483647, '20060731')", 517, "'datetime' column"],
    ["SELECT DATEADD(year, -2147483647, '20060731')", 517],
    ["SELECT DATEADD(hour, 1, CAST('2026-01-01' AS date))", 9810],
    ["SELECT DATEADD(ns, 1, CAST('2026-01-01' AS datetime))", 9810],
    ["SELECT DATEPART(hour, CAST('2026-01-01' AS date))", 9810],
    ["SELECT DATEDIFF(ms, '2026-01-01', '2026-03-01')", 535],
    ['SELECT DATEFROMPARTS(2026, 2, 29)', 289],
    ["SELECT YEAR('yesterday')", 241],
  ])
  refusals([
    ["SELECT DATEPART(tz, '2026-01-01')", 'offsets of time zones'],
    ["SELECT ISDATE('2026-01-01')", 'the function ISDATE'],
    ['SET DATEFIRST 1', 'SET DATEFIRST 1'],
  ])
})

// https://learn.microsoft.com/sql/t-sql/functions/cast-and-convert-transact-sql#date-and-time-styles
describe('CONVERT with a style', () => {
  const classic = "CAST('2012-11-07T18:26:20.007' AS datetime)"
  const precise = "CAST('2012-11-07T18:26:20.1234567' AS datetime2)"
  const day = "CAST('2012-11-07' AS date)"
  const styled = (value: string, style: number) => `CONVERT(varchar(30), ${value}, ${style})`
  values([
    [styled(classic, 23), 'varchar(30)', '2012-11-07'],
    [styled(classic, 101), 'varchar(30)', '11/07/2012'],
    [styled(classic, 103), 'varchar(30)', '07/11/2012'],
    [styled(classic, 112), 'varchar(30)', '20121107'],
    [styled(classic, 120), 'varchar(30)', '2012-11-07 18:26:20'],
    [styled(classic, 121), 'varchar(30)', '2012-11-07 18:26:20.007'],
    [styled(classic, 126), 'varchar(30)', '2012-11-07T18:26:20.007'],
    [styled(classic, 127), 'varchar(30)', '2012-11-07T18:26:20.007'],
    [styled("CAST('2012-11-07T18:26:20.000' AS datetime)", 126), 'varchar(30)', '2012-11-07T18:26:20'],
    [styled(precise, 120), 'varchar(30)', '2012-11-07 18:26:20'],
    [styled(precise, 121), 'varchar(30)', '2012-11-07 18:26:20.1234567'],
    [styled(precise, 126), 'varchar(30)', '2012-11-07T18:26:20.1234567'],
    [styled(day, 103), 'varchar(30)', '07/11/2012'],
    [styled(day, 120), 'varchar(30)', '2012-11-07'],
    [`CONVERT(nvarchar(7), ${classic}, 120)`, 'nvarchar(7)', '2012-11'],
    ['CONVERT(varchar(30), CAST(NULL AS date), 120)', 'varchar(30)', null],
    ["CONVERT(datetime, '20121107', 112)", 'datetime', new Date('2012-11-07T00:00:00Z')],
    ["CONVERT(date, N'2012-11-07', 23)", 'date', new Date('2012-11-07T00:00:00Z')],
    ["CONVERT(datetime2(0), '2012-11-07 18:26:20', 120)", 'datetime2', new Date('2012-11-07T18:26:20Z')],
    ["CONVERT(datetime, '2012-11-07 18:26:20.123', 121)", 'datetime', new Date('2012-11-07T18:26:20.123Z')],
    ["CONVERT(datetime2, '2012-11-07T18:26:20.5', 126)", 'datetime2', new Date('2012-11-07T18:26:20.500Z')],
    ["TRY_CONVERT(date, '2012-02-30', 23)", 'date', null],
    [`(SELECT ${classic} AS At FOR JSON PATH)`, 'nvarchar(max)', '[{"At":"2012-11-07T18:26:20.007"}]'],
  ])
  errors([
    ["SELECT CONVERT(datetime, 'yesterday', 120)", 241],
    ["SELECT CONVERT(datetime, '1752-01-01', 120)", 242],
    ["SELECT CONVERT(date, '2012-02-30', 23)", 241],
  ])
  refusals([
    [
      'SELECT CONVERT(varchar(30), GETDATE(), 104)',
      'the style 104 of a CONVERT from datetime to varchar(30)',
    ],
    ["SELECT CONVERT(datetime, '07/11/2012', 103)", 'the style 103'],
    ['SELECT CONVERT(varchar(30), 1.5, 1)', 'the style 1'],
    ["SELECT CONVERT(varbinary(3), N'0x01', 1)", 'the style 1'],
    [
      'DECLARE @s int = 120; SELECT CONVERT(varchar(30), GETDATE(), @s)',
      'the style of a CONVERT that is no constant',
    ],
    ["SELECT CONVERT(datetime, '11/07/2012', 120)", "the form of the date '11/07/2012' in the style 120"],
    ["SELECT CONVERT(datetime, '20121107', 126)", "the form of the date '20121107' in the style 126"],
  ])
})

// https://learn.microsoft.com/sql/t-sql/data-types/date-transact-sql#convert-date-to-other-date-and-time-types
describe('a date that is converted unasked', () => {
  errors([
    [
      "SELECT 1 WHERE CAST('0001-01-01' AS date) < GETDATE()",
      242,
      'a date data type to a datetime data type',
    ],
  ])
})

// https://learn.microsoft.com/sql/t-sql/data-types/time-transact-sql
describe('a time', () => {
  const noon = "CAST('12:34:54.1237' AS time(4))"
  values([
    [noon, 'time', new Date('1970-01-01T12:34:54.123Z')],
    [`CAST(${noon} AS varchar(30))`, 'varchar(30)', '12:34:54.1237'],
    [`CAST(CAST(${noon} AS time(3)) AS varchar(30))`, 'varchar(30)', '12:34:54.124'],
    [
      "CAST(CAST('2007-05-08 12:35:29.1234567 +12:15' AS time) AS nvarchar(16))",
      'nvarchar(16)',
      '12:35:29.1234567',
    ],
    ["CAST(CAST('2007-05-08' AS time(0)) AS varchar(16))", 'varchar(16)', '00:00:00'],
    ["CAST(CAST('12:15:04.1237' AS time(4)) AS datetime)", 'datetime', new Date('1900-01-01T12:15:04.123Z')],
    [
      text("CAST(CAST('12:15:04.1237' AS time(4)) AS datetime2(3))"),
      'varchar(30)',
      '1900-01-01 12:15:04.124',
    ],
    [text(`CAST(${moment} AS time(2))`), 'varchar(30)', '13:10:10.11'],
    [`CONCAT(${noon}, '')`, 'varchar(17)', '12:34:54.1237'],
    ["TRY_CAST('25:00' AS time)", 'time', null],
    [`DATEPART(hour, ${noon})`, 'int', 12],
    [`DATEPART(ns, ${noon})`, 'int', 123700000],
    [`DATENAME(minute, ${noon})`, 'nvarchar(30)', '34'],
    [text(`DATEADD(hour, 13, ${noon})`), 'varchar(30)', '01:34:54.1237'],
    [text(`DATEADD(minute, -755, ${noon})`), 'varchar(30)', '23:59:54.1237'],
    [`DATEDIFF(minute, ${noon}, CAST('14:00' AS time))`, 'int', 86],
    [`DATEDIFF(second, ${noon}, '1900-01-01T12:35:00')`, 'int', 6],
    [text('TIMEFROMPARTS(14, 23, 44, 5, 1)'), 'varchar(30)', '14:23:44.5'],
    [text(`DATETRUNC(minute, ${noon})`), 'varchar(30)', '12:34:00.0000'],
    ["CASE WHEN CAST('10:00' AS time(0)) = '10:00:00.0000000' THEN 1 END", 'int', 1],
    ["CASE WHEN CAST('10:00' AS time) < CAST('1900-01-01T10:00:01' AS datetime) THEN 1 END", 'int', 1],
  ])
  answers([
    [
      `CREATE TABLE #t (Opens time(0) NOT NULL UNIQUE, Closes time NULL DEFAULT '18:00');
      INSERT INTO #t (Opens) VALUES ('09:30:00.4'), ('08:00'); INSERT INTO #t VALUES ('23:00', NULL);
      SELECT CAST(Opens AS varchar(8)), CAST(Closes AS varchar(5)) FROM #t WHERE Opens > '08:00' ORDER BY Opens DESC`,
      [
        ['23:00:00', null],
        ['09:30:00', '18:00'],
      ],
    ],
    [
      "SELECT MAX(t) FROM (VALUES (CAST('08:00' AS time(0))), ('07:59')) AS x(t)",
      [new Date('1970-01-01T08:00:00Z')],
    ],
  ])
  errors([
    ["SELECT CAST('25:00' AS time)", 241],
    ["SELECT CAST('noon' AS time)", 241],
    ["SELECT CAST('10:00' AS time(8))", 1002, 'Specified scale 8 is invalid.'],
    ["DECLARE @d date = CAST('10:00' AS time)", 206, 'time is incompatible with date'],
    ["SELECT CAST(CAST('10:00' AS time) AS date)", 529],
    ['SELECT CAST(1 AS time)', 529],
    [`SELECT ${noon} + 1`, 206, 'int is incompatible with time'],
    [`SELECT GETDATE() + ${noon}`, 402, 'datetime and time are incompatible in the add operator'],
    [`SELECT ${noon} + ${noon}`, 8117],
    [`SELECT DATEPART(year, ${noon})`, 9810, 'datepart for data type time'],
    [`SELECT DATEADD(day, 1, ${noon})`, 9810],
    ['SELECT TIMEFROMPARTS(24, 0, 0, 0, 0)', 289, 'data type time'],
    [`SELECT SUM(${noon})`, 8117],
  ])
  refusals([
    ["SELECT CAST('10:00 PM' AS time)", "the form of the date '10:00 PM'"],
    [
      "SELECT CAST('23:59:59.9999999' AS time(3))",
      'a time that a conversion to time(3) rounds up to midnight',
    ],
    [`SELECT DATEDIFF(day, ${noon}, ${noon})`, 'DATEDIFF of a time by day'],
    [`SELECT CONVERT(varchar(30), ${noon}, 120)`, 'the style 120'],
    [`SELECT ${noon} AS t FOR JSON PATH`, 'the type time in FOR JSON'],
    [`SELECT EOMONTH(${noon})`, 'EOMONTH of a time'],
  ])
})

// https://learn.microsoft.com/sql/t-sql/data-types/smalldatetime-transact-sql
describe('a smalldatetime', () => {
  const small = (value: string) => `CAST('${value}' AS smalldatetime)`
  const morning = small('1955-12-13 12:43:10')
  values([
    [small('2007-05-08 12:35:29'), 'datetime', new Date('2007-05-08T12:35:00Z')],
    [small('2007-05-08 12:35:30'), 'datetime', new Date('2007-05-08T12:36:00Z')],
    [small('2007-05-08 12:35:29.998'), 'datetime', new Date('2007-05-08T12:35:00Z')],
    [small('2007-05-08 12:35:29.999'), 'datetime', new Date('2007-05-08T12:36:00Z')],
    [small('2007-05-08 12:59:59.998'), 'datetime', new Date('2007-05-08T13:00:00Z')],
    [small('2007-05-09 23:59:59'), 'datetime', new Date('2007-05-10T00:00:00Z')],
    [small('1900-01-01'), 'datetime', new Date('1900-01-01T00:00:00Z')],
    [text(morning), 'varchar(30)', 'Dec 13 1955 12:43PM'],
    [`CONVERT(varchar(30), ${morning}, 120)`, 'varchar(30)', '1955-12-13 12:43:00'],
    [`CONVERT(varchar(30), ${morning}, 121)`, 'varchar(30)', '1955-12-13 12:43:00.000'],
    [text(`CAST(${morning} AS time(4))`), 'varchar(30)', '12:43:00.0000'],
    [text(`CAST(${morning} AS datetime2(4))`), 'varchar(30)', '1955-12-13 12:43:00.0000'],
    [`CAST(${morning} AS date)`, 'date', new Date('1955-12-13T00:00:00Z')],
    ["CAST(CAST('12:59:59.9999' AS time(4)) AS smalldatetime)", 'datetime', new Date('1900-01-01T13:00:00Z')],
    // https://learn.microsoft.com/sql/t-sql/functions/dateadd-transact-sql#fractional-seconds-precision
    [`DATEADD(second, 29, ${morning})`, 'datetime', new Date('1955-12-13T12:43:00Z')],
    [`DATEADD(second, 30, ${morning})`, 'datetime', new Date('1955-12-13T12:44:00Z')],
    [`DATEADD(second, -30, ${morning})`, 'datetime', new Date('1955-12-13T12:43:00Z')],
    [`DATEADD(second, -31, ${morning})`, 'datetime', new Date('1955-12-13T12:42:00Z')],
    [`DATEADD(ms, -30001, ${morning})`, 'datetime', new Date('1955-12-13T12:43:00Z')],
    [`DATEADD(ms, 29998, ${morning})`, 'datetime', new Date('1955-12-13T12:43:00Z')],
    [`DATEPART(minute, ${morning})`, 'int', 43],
    ['SMALLDATETIMEFROMPARTS(2010, 12, 31, 23, 59)', 'datetime', new Date('2010-12-31T23:59:00Z')],
    [`DATALENGTH(${morning})`, 'int', 4],
    [`CASE WHEN ${morning} = CAST('1955-12-13 12:43:00' AS datetime) THEN 1 END`, 'int', 1],
    [`(SELECT ${morning} AS At FOR JSON PATH)`, 'nvarchar(max)', '[{"At":"1955-12-13T12:43:00"}]'],
  ])
  answers([
    [
      `CREATE TABLE #s (At smalldatetime); INSERT INTO #s VALUES ('2026-01-01 10:00:31'), (NULL);
      SELECT At FROM #s ORDER BY At`,
      [null, new Date('2026-01-01T10:01:00Z')],
    ],
  ])
  errors([
    ["SELECT CAST('1899-12-31' AS smalldatetime)", 242, 'a varchar data type to a smalldatetime data type'],
    ["SELECT CAST('2079-06-06 23:59:30' AS smalldatetime)", 242],
    ["SELECT CAST('tomorrow' AS smalldatetime)", 295],
    ["SELECT CAST('2026-01-01 10:00:00.1234' AS smalldatetime)", 295],
    [`SELECT DATEADD(year, 200, ${morning})`, 517, "'smalldatetime' column"],
    [`SELECT DATEADD(ns, 1, ${morning})`, 9810],
    ['SELECT SMALLDATETIMEFROMPARTS(2080, 1, 1, 0, 0)', 289],
  ])
  refusals([
    [`SELECT ${morning} + 1`, 'arithmetic with smalldatetime'],
    ['SELECT CAST(1 AS smalldatetime)', 'the conversion of int to smalldatetime'],
    [`SELECT DATETRUNC(ms, ${morning})`, 'DATETRUNC of a smalldatetime to the millisecond'],
  ])
})

// https://learn.microsoft.com/sql/t-sql/data-types/datetimeoffset-transact-sql
describe('a datetimeoffset', () => {
  const zoned = (value: string) => `CAST('${value}' AS datetimeoffset(4))`
  const berlin = zoned('2025-12-10 12:32:10.1237 +01:00')
  const longText = (expression: string) => `CAST(${expression} AS varchar(40))`
  values([
    [berlin, 'datetimeoffset', new Date('2025-12-10T11:32:10.123Z')],
    [longText(berlin), 'varchar(40)', '2025-12-10 12:32:10.1237 +01:00'],
    [longText(zoned('2025-12-10T12:32:10-08:30')), 'varchar(40)', '2025-12-10 12:32:10.0000 -08:30'],
    [longText(zoned('2025-12-10T12:32:10Z')), 'varchar(40)', '2025-12-10 12:32:10.0000 +00:00'],
    [longText(zoned('2025-12-10')), 'varchar(40)', '2025-12-10 00:00:00.0000 +00:00'],
    [
      longText("CAST(CAST('12:15:04.1237' AS time(4)) AS datetimeoffset(3))"),
      'varchar(40)',
      '1900-01-01 12:15:04.124 +00:00',
    ],
    [`CAST(${berlin} AS date)`, 'date', new Date('2025-12-10T00:00:00Z')],
    [text(`CAST(${berlin} AS time(3))`), 'varchar(30)', '12:32:10.124'],
    [`CAST(${berlin} AS datetime)`, 'datetime', new Date('2025-12-10T12:32:10.123Z')],
    [
      `CAST(${zoned('1912-10-25 12:24:32 +10:00')} AS smalldatetime)`,
      'datetime',
      new Date('1912-10-25T12:25:00Z'),
    ],
    [text(`CAST(${berlin} AS datetime2(4))`), 'varchar(30)', '2025-12-10 12:32:10.1237'],
    [`CASE WHEN ${berlin} = '2025-12-10 06:32:10.1237 -05:00' THEN 1 END`, 'int', 1],
    [`CASE WHEN ${berlin} > CAST('2025-12-10 11:32:10' AS datetime2(0)) THEN 1 END`, 'int', 1],
    [`DATEPART(hour, ${berlin})`, 'int', 12],
    [`DATEPART(tz, ${zoned('2025-12-10 12:00 -08:30')})`, 'int', -510],
    [`DATENAME(tzoffset, ${berlin})`, 'nvarchar(30)', '+01:00'],
    [longText(`DATEADD(hour, 13, ${berlin})`), 'varchar(40)', '2025-12-11 01:32:10.1237 +01:00'],
    // https://learn.microsoft.com/sql/t-sql/functions/switchoffset-transact-sql
    [
      longText("SWITCHOFFSET(CAST('1998-09-20 7:45:50.71345 -05:00' AS datetimeoffset), '-08:00')"),
      'varchar(40)',
      '1998-09-20 04:45:50.7134500 -08:00',
    ],
    [longText(`SWITCHOFFSET(${berlin}, -90)`), 'varchar(40)', '2025-12-10 10:02:10.1237 -01:30'],
    [
      longText("TODATETIMEOFFSET(CAST('2025-12-10 10:00' AS datetime2(0)), '-07:00')"),
      'varchar(40)',
      '2025-12-10 10:00:00 -07:00',
    ],
    ['DATEPART(tz, SYSDATETIMEOFFSET())', 'int', 0],
  ])
  answers([
    [
      `CREATE TABLE #o (Id int, At datetimeoffset(0) NULL);
      INSERT INTO #o VALUES (1, '2026-01-01 10:00 +02:00'), (2, '2026-01-01 09:00 +00:00'), (3, '2026-01-01 08:00Z');
      SELECT Id FROM #o ORDER BY At DESC, Id; SELECT COUNT(*) FROM #o GROUP BY At ORDER BY At; SELECT MIN(At) FROM #o`,
      [2, 1, 3, 2, 1, new Date('2026-01-01T08:00:00Z')],
    ],
  ])
  errors([
    ["SELECT CAST('2025-12-10 10:00 +14:01' AS datetimeoffset)", 241],
    ["SELECT CAST('0001-01-01 00:00 +01:00' AS datetimeoffset)", 241],
    ['SELECT CAST(1 AS datetimeoffset)', 529],
    [`SELECT SWITCHOFFSET(${berlin}, '+15:00')`, 9812],
    [`SELECT ${berlin} + 1`, 206],
    [
      "CREATE TABLE #u (At datetimeoffset(0) UNIQUE); INSERT INTO #u VALUES ('2026-01-01 10:00 +02:00'), ('2026-01-01 08:00Z')",
      2627,
    ],
  ])
  refusals([
    [`SELECT DATEDIFF(hour, ${berlin}, ${berlin})`, 'DATEDIFF of a datetimeoffset'],
    [`SELECT DATETRUNC(hour, ${berlin})`, 'DATETRUNC of a datetimeoffset'],
    [
      `SELECT CAST(${berlin} AS datetime2(3))`,
      'a conversion of datetimeoffset(4) to datetime2(3) that loses digits',
    ],
    [`SELECT CONVERT(varchar(40), ${berlin}, 127)`, 'the style 127'],
    [`SELECT ${berlin} AS At FOR JSON PATH`, 'the type datetimeoffset in FOR JSON'],
  ])
})
