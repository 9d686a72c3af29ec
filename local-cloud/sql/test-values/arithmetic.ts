// Numbers: literals, + - * / %, and sums.
import { describe } from 'node:test'
import type { Connection } from 'tedious'
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
