// Tables of expected answers, each row of which is a test.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Connection } from 'tedious'
import { ask, type Column } from '../test-client.ts'

/** An expression, the text that SQL Server makes of its value, and the type of its column. */
export type Case = [expression: string, text: string | null, type?: string]

/** Compares values as text, because a decimal of 38 digits is more than a number of JavaScript holds. */
export function values(connection: Connection, cases: Case[]): void {
  for (const [expression, text, type] of cases) {
    it(`${expression} is ${text}${type ? `, ${type}` : ''}`, async () => {
      const sql = `SELECT ${expression} AS value, CAST(${expression} AS nvarchar(4000)) AS text`
      const { rows, columns } = await ask(connection, sql, 'batch')

      assert.equal(rows[0]?.text, text)
      if (type) assert.equal(typeOf(columns[0]?.[0]), type)
    })
  }
}

export type Failure = [sql: string, number: number, words?: RegExp]

export function failures(connection: Connection, cases: Failure[]): void {
  for (const [sql, number, words = /./] of cases) {
    it(`${sql} fails with ${number}`, () =>
      assert.rejects(ask(connection, sql, 'batch'), (error: { number: number; message: string }) => {
        assert.equal(error.number, number, error.message)
        assert.match(error.message, words)
        return true
      }))
  }
}

/** Writes the type of a column as T-SQL does. */
export function typeOf(column?: Column): string {
  const { type, precision, scale, dataLength } = column ?? assert.fail('There is no such column.')
  switch (type.name) {
    case 'DecimalN':
      return `decimal(${precision},${scale})`
    case 'IntN':
      return { 1: 'tinyint', 2: 'smallint', 4: 'int', 8: 'bigint' }[dataLength ?? 0] ?? type.name
    case 'NVarChar':
      return `nvarchar(${dataLength === 0xffff ? 'max' : (dataLength ?? 0) / 2})`
    case 'VarChar':
      return `varchar(${dataLength === 0xffff ? 'max' : dataLength})`
    default:
      return type.name
  }
}
