// Text: its length, LIKE, and the guard in front of the wire.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection } from 'tedious'
import { varchar } from '../model/types.ts'
import { batchResponse } from '../tds/responses.ts'
import { valueBytes } from '../tds/values.ts'
import { values } from './tables.ts'

export function textTests(connection: Connection): void {
  // https://learn.microsoft.com/sql/t-sql/functions/upper-transact-sql
  describe('UPPER and LOWER keep the length of a text', () => {
    values(connection, [
      ["UPPER('straße')", 'STRAßE', 'varchar(6)'],
      ["UPPER(N'straße ŉ')", 'STRAßE ŉ', 'nvarchar(8)'],
      ["LOWER(N'İSTANBUL ÀÉ')", 'İstanbul àé', 'nvarchar(11)'],
      ["UPPER('éÿœž')", 'ÉŸŒŽ', 'varchar(4)'],
      // The capital of ƒ is not in code page 1252.
      ["UPPER('µƒ')", 'µƒ', 'varchar(2)'],
      ["UPPER(N'µƒ')", 'µƑ', 'nvarchar(2)'],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/language-elements/string-concatenation-transact-sql
  describe('a text that grows', () => {
    const long = `CAST('${'x'.repeat(5000)}' AS varchar(5000))`
    values(connection, [
      [`LEN(${long} + ${long})`, '8000'],
      [`LEN(${long} + CAST(${long} AS varchar(max)))`, '10000'],
      [`LEN(CAST('${'x'.repeat(3000)}' AS nvarchar(3000)) + N'${'y'.repeat(3000)}')`, '4000'],
    ])
  })

  // https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
  describe('LIKE and blanks at the end', () => {
    const cases: [condition: string, isTrue: boolean][] = [
      ["'abc ' LIKE 'abc'", true],
      ["'abc  ' LIKE 'abc '", true],
      ["'abc' LIKE 'abc '", false],
      ["'abc ' LIKE '%c'", true],
      ["'abc d ' LIKE 'abc'", false],
      ["'   ' LIKE ''", true],
      ["N'abc ' LIKE 'abc'", false],
      ["'abc ' LIKE N'abc'", false],
      ["N'abc ' LIKE N'abc '", true],
      ["N'abc ' LIKE N'ABC_'", true],
    ]
    values(
      connection,
      cases.map(([condition, isTrue]) => [
        `CASE WHEN ${condition} THEN 'yes' ELSE 'no' END`,
        isTrue ? 'yes' : 'no',
      ]),
    )
  })

  // https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors
  describe('a value that its column cannot hold', () => {
    const type = (name: 'int' | 'float' | 'bigint', precision = 0) => ({
      name,
      length: 0,
      precision,
      scale: 0,
    })
    const cases: [name: string, work: () => unknown, number: number][] = [
      ['text', () => valueBytes('abcd', varchar(3)), 8152],
      ['bytes', () => valueBytes(Buffer.alloc(4), { ...varchar(3), name: 'varbinary' }), 8152],
      ['a whole number', () => valueBytes(2n ** 31n, type('int')), 8115],
      ['a decimal', () => valueBytes(1000n, { ...type('int', 3), name: 'decimal' }), 8115],
      ['a float', () => valueBytes(Number.POSITIVE_INFINITY, type('float')), 8115],
      ['a moment', () => valueBytes(-1n, { ...type('int'), name: 'date' }), 8115],
      ['another kind of value', () => valueBytes(1.5, type('bigint')), 50000],
      ['text for a number', () => valueBytes('1', type('int')), 50000],
    ]
    for (const [name, work, number] of cases) {
      it(`is an error before it becomes bytes: ${name}`, () => assert.throws(work, { number }))
    }

    it('ends its result with the error, and sends no row of it', () => {
      const rows = [['abc'], ['abcd']]
      const response = batchResponse([
        { kind: 'rows', columns: [{ name: 'a', type: varchar(3) }], rows, counted: true },
      ])

      assert.ok(response.includes(Buffer.from('would be truncated', 'utf16le')))
      assert.ok(!response.includes('abc'))
    })
  })
}
