// Dates and times: their range, their forms in text, and datetime as a number of days.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection } from 'tedious'
import { ask } from '../test-client.ts'
import { failures, values } from './tables.ts'

export function momentTests(connection: Connection): void {
  // https://learn.microsoft.com/sql/t-sql/data-types/datetime-transact-sql
  describe('the range of dates', () => {
    values(connection, [
      ["CAST(CAST('1753-01-01' AS datetime) AS datetime2(3))", '1753-01-01 00:00:00.000'],
      ["CAST(CAST('9999-12-31T23:59:59.997' AS datetime) AS datetime2(3))", '9999-12-31 23:59:59.997'],
      ["CAST('0001-01-01' AS date)", '0001-01-01'],
      ["CAST('9999-12-31T23:59:59.9999999' AS datetime2(7))", '9999-12-31 23:59:59.9999999'],
    ])
    it('is that of the wire', async () => {
      const first = "CAST('1753-01-01T00:00:00.003' AS datetime) AS first"
      const last = "CAST('9999-12-31T23:59:59.997' AS datetime) AS last"
      const { rows } = await ask(
        connection,
        `SELECT ${first}, ${last}, CAST('0001-01-01' AS date) AS day`,
        'batch',
      )

      assert.deepEqual(rows, [
        {
          first: new Date('1753-01-01T00:00:00.003Z'),
          last: new Date('9999-12-31T23:59:59.997Z'),
          day: new Date('0001-01-01T00:00:00Z'),
        },
      ])
    })
    failures(connection, [
      ["SELECT CAST('1752-12-31' AS datetime)", 242, /varchar data type to a datetime data type/],
      ["SELECT CAST(N'10000-01-01' AS datetime)", 242, /nvarchar data type/],
      ["SELECT CAST('2026-02-30' AS datetime)", 242],
      ["SELECT CAST('9999-12-31T23:59:59.999' AS datetime)", 242],
      ["SELECT CAST(CAST('0001-01-01' AS date) AS datetime)", 242, /a date data type/],
      ["SELECT CAST('2026-02-30' AS date)", 241],
      ["SELECT CAST('10000-01-01' AS date)", 241],
      ["SELECT CAST('0000-01-01' AS date)", 241],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/data-types/date-transact-sql#converting-string-literals-to-date
  describe('a date in text', () => {
    values(connection, [
      ["CAST('11/21/2026' AS date)", '2026-11-21'],
      ["CAST('2026/1/2 3:04' AS datetime2(0))", '2026-01-02 03:04:00'],
      ["CAST('20261121 10:20:30.5' AS datetime2(1))", '2026-11-21 10:20:30.5'],
      ["CAST('2007-05-08 12:35:29.1234567 +12:15' AS datetime2(7))", '2007-05-08 12:35:29.1234567'],
      ["CAST('2007-05-08T12:35:29Z' AS datetime)", 'May  8 2007 12:35PM'],
      ["CAST('' AS date)", '1900-01-01'],
      ["CAST('10:20' AS datetime2(0))", '1900-01-01 10:20:00'],
    ])
    failures(connection, [
      ["SELECT CAST('tomorrow' AS date)", 241],
      ["SELECT CAST('13/21/2026' AS date)", 241],
      ["SELECT CAST('2026-01-01T00:00:00.1234' AS datetime)", 241],
      ["SELECT CAST('2026-01-01T00:00:00+01:00' AS datetime)", 241],
      ["SELECT CAST('21 November 2026' AS date)", 50000, /form of the date '21 November 2026'/],
      ["SELECT CAST('1/2/26' AS date)", 50000],
      ["SELECT CAST('2026-11-21 3PM' AS datetime)", 50000],
      ['SET DATEFORMAT dmy', 50000],
      ['SET LANGUAGE French', 50000],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/language-elements/add-transact-sql
  describe('a datetime counts days since 1900', () => {
    const day = "CAST('2026-11-21T18:00:00' AS datetime)"
    values(connection, [
      ['CAST(1 AS datetime)', 'Jan  2 1900 12:00AM'],
      ['CAST(-0.5 AS datetime)', 'Dec 31 1899 12:00PM'],
      [`CAST(${day} AS int)`, '46346'],
      [`CAST(${day} AS decimal(9, 3))`, '46345.750'],
      [`CAST(${day} AS float) - 46345`, '0.75'],
      [`${day} + 1`, 'Nov 22 2026  6:00PM', 'DateTimeN'],
      [`${day} - 0.75`, 'Nov 21 2026 12:00AM'],
      [`CAST(${day} - CAST('2026-11-20' AS datetime) AS float)`, '1.75'],
      // Digits of another type beyond the third are cut off before the rounding.
      [
        "CAST(CAST(CAST('2026-01-01 00:00:00.0019' AS datetime2(4)) AS datetime) AS datetime2(3))",
        '2026-01-01 00:00:00.000',
      ],
    ])
    failures(connection, [
      ['SELECT CAST(3000000 AS datetime)', 8115],
      [`SELECT ${day} + 3000000`, 8115],
      [`SELECT ${day} * 2`, 402],
      [`SELECT CAST(${day} AS date) + 1`, 206],
      [`SELECT CAST(${day} AS date) - CAST(${day} AS date)`, 8117],
      [`SELECT ${day} + CAST(${day} AS datetime2)`, 402],
    ])
  })
}
