// Numbers: literals, + - * / %, and sums.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Connection, TYPES } from 'tedious'
import { ask } from '../test-client.ts'
import { failures, values } from './tables.ts'

export function arithmeticTests(connection: Connection): void {
  // https://learn.microsoft.com/sql/t-sql/data-types/precision-scale-and-length-transact-sql
  describe('decimals have 38 digits', () => {
    values(connection, [
      ['CAST(1 AS decimal(18,4)) / CAST(3 AS decimal(18,4))', '0.33333333333333333333', 'decimal(38,20)'],
      ['12345678901234567890', '12345678901234567890', 'decimal(20,0)'],
      [
        '-0.00000000000000000000000000000000000001',
        '-0.00000000000000000000000000000000000001',
        'decimal(38,38)',
      ],
      [
        '99999999999999999999999999999999999999 - 1',
        '99999999999999999999999999999999999998',
        'decimal(38,0)',
      ],
      ["CAST('12345678901234567890.1234' AS decimal(24, 4))", '12345678901234567890.1234', 'decimal(24,4)'],
      [
        'CAST(0.0000009000 AS decimal(30,20)) * CAST(1.0000000000 AS decimal(30,20))',
        '0.00000090000000000',
        'decimal(38,17)',
      ],
      [
        'CAST(0.0000009000 AS decimal(30,10)) * CAST(1.0000000000 AS decimal(30,10))',
        '0.000001',
        'decimal(38,6)',
      ],
      ['CAST(1 AS decimal(38,10)) + CAST(1.5 AS decimal(38,5))', '2.50000', 'decimal(38,5)'],
      ['1.0 / 3', '0.333333', 'decimal(7,6)'],
      ['2.0 / -3', '-0.666666', 'decimal(7,6)'],
      ['10.50 % 3', '1.50', 'decimal(3,2)'],
      ["'2' * 1.5", '3.00', 'decimal(5,2)'],
      ['CASE WHEN 12345678901234567890 > 9 AND -12345678901234567890 < -9.5 THEN 1 END', '1', 'int'],
    ])
    failures(connection, [
      ['SELECT 99999999999999999999999999999999999999 + 1', 8115],
      ['SELECT 123456789012345678901234567890123456789', 1007],
      ['SELECT CAST(1000 AS decimal(3, 0))', 8115],
    ])
  })

  describe('decimals in parameters and tables', () => {
    it('keep 38 digits', async () => {
      const { rows } = await ask(
        connection,
        'SELECT CAST(@big AS varchar(50)) AS big, CAST(@small AS varchar(50)) AS small',
        {
          big: [TYPES.Decimal, 2 ** 70, { precision: 38, scale: 2 }],
          small: [TYPES.Decimal, -0.25, { precision: 20, scale: 4 }],
        },
      )

      assert.deepEqual(rows, [{ big: `${2n ** 70n}.00`, small: '-0.2500' }])
    })

    it('sort, and are looked up, by their value', async () => {
      const create = 'CREATE TABLE dbo.Amounts (Amount decimal(38, 4) PRIMARY KEY, Part decimal(19, 4))'
      const rows =
        "('-12345678901234567890.5', -2), ('-0.0001', 1), ('3', 0.5), ('99999999999999999999', NULL)"
      await ask(connection, `${create}; INSERT INTO dbo.Amounts VALUES ${rows}`, 'batch')
      const sorted = await ask(
        connection,
        'SELECT CAST(Amount AS varchar(40)) AS a FROM dbo.Amounts ORDER BY Amount DESC',
        'batch',
      )
      const found = await ask(
        connection,
        'SELECT COUNT(*) AS n FROM dbo.Amounts WHERE Amount > Part AND Amount IN (3, 7)',
        'batch',
      )

      assert.deepEqual(
        sorted.rows.map(({ a }) => a),
        ['99999999999999999999.0000', '3.0000', '-0.0001', '-12345678901234567890.5000'],
      )
      assert.deepEqual(found.rows, [{ n: 1 }])
      await assert.rejects(ask(connection, 'INSERT INTO dbo.Amounts VALUES (3.00001, 1)', 'batch'), {
        number: 2627,
      })
      await ask(connection, 'DROP TABLE dbo.Amounts', 'batch')
    })
  })

  // https://learn.microsoft.com/sql/t-sql/functions/sum-transact-sql
  describe('sums of decimals', () => {
    const rows = '(VALUES (12345678901234567890.5), (-0.25), (NULL), (12345678901234567890.5)) AS v (a)'
    values(connection, [
      [`(SELECT SUM(a) FROM ${rows})`, '24691357802469135780.75', 'decimal(38,2)'],
      [`(SELECT SUM(DISTINCT a) FROM ${rows})`, '12345678901234567890.25', 'decimal(38,2)'],
      [`(SELECT AVG(a) FROM ${rows})`, '8230452600823045260.250000', 'decimal(38,6)'],
      [`(SELECT MAX(a) FROM ${rows})`, '12345678901234567890.50', 'decimal(22,2)'],
      [`(SELECT MIN(a) FROM ${rows})`, '-0.25'],
      [`(SELECT SUM(a) FROM ${rows} WHERE a IS NULL)`, null],
      [
        `(SELECT MAX(s) FROM (SELECT SUM(a) OVER (ORDER BY a) AS s FROM ${rows}) AS w)`,
        '24691357802469135780.75',
      ],
    ])
    failures(connection, [
      ['SELECT SUM(a) FROM (VALUES (99999999999999999999999999999999999999), (1)) AS v (a)', 8115],
      ['SELECT SUM(a) FROM (VALUES (2147483647), (1)) AS v (a)', 8115],
      ['SELECT AVG(a) FROM (VALUES (2147483647), (1)) AS v (a)', 8115],
      ['SELECT SUM(a) FROM (VALUES (1e308), (1e308)) AS v (a)', 8115],
      ['SELECT SUM(CAST(1 AS bit))', 8117],
      ['SELECT MAX(CAST(1 AS bit))', 8117],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/language-elements/operator-precedence-transact-sql
  describe('whole numbers and floats', () => {
    values(connection, [
      ['12 / -2 * 3', '-2', 'int'],
      ['-7 / 2', '-3', 'int'],
      ['-7 % 4', '-3', 'int'],
      ['-CAST(200 AS tinyint)', '-200', 'smallint'],
      ['CAST(200 AS tinyint) + CAST(1 AS smallint)', '201', 'smallint'],
      ['CAST(-9223372036854775807 AS bigint) - 1', '-9223372036854775808', 'bigint'],
      ['CAST(1 AS bit) + 1', '2', 'int'],
      ['7e0 / 2', '3.5', 'FloatN'],
    ])
    failures(connection, [
      ['SELECT 1e308 * 10', 8115],
      ['SELECT 1e400', 168],
      ['SELECT -CAST(-9223372036854775808 AS bigint)', 8115],
      ['SELECT CAST(-9223372036854775807 AS bigint) - 2', 8115],
      ['SELECT CAST(200 AS tinyint) + CAST(56 AS tinyint)', 8115],
      ['SELECT 46341 * 46341', 8115],
      ['SELECT 1e0 / 0', 8134],
      ['SELECT 5e0 % 2', 402],
      ['SELECT CAST(1 AS bit) + CAST(1 AS bit)', 402],
      ["SELECT 'a' - 'b'", 8117],
      ["SELECT -'5'", 8117],
    ])
  })
}
