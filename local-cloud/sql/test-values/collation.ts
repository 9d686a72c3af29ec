// SQL_Latin1_General_CP1_CI_AS: what is equal, what comes first, and that keys agree.
// https://learn.microsoft.com/sql/relational-databases/collations/collation-and-unicode-support
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Connection } from 'tedious'
import { ask } from '../test-client.ts'
import { values } from './tables.ts'

export function collationTests(connection: Connection): void {
  describe('the order of text', () => {
    async function sorted(texts: string[], prefix: 'N' | ''): Promise<unknown[]> {
      const rows = texts.toReversed().map((text) => `(${prefix}'${text.replaceAll("'", "''")}')`)
      const { rows: found } = await ask(
        connection,
        `SELECT a FROM (VALUES ${rows.join(', ')}) AS v (a) ORDER BY a`,
        'batch',
      )
      return found.map((row) => row.a)
    }

    it('passes over hyphens and apostrophes in nvarchar, as the word sort of Windows does', async () => {
      const texts = [
        'abc',
        'abctest',
        'abc-test',
        'abctestz',
        'coop',
        'co-op',
        'coöp',
        'were',
        "we're",
        'wet',
      ]

      assert.deepEqual(await sorted(texts, 'N'), texts)
    })

    it('counts hyphens and apostrophes as symbols in varchar', async () => {
      const texts = ['abc', 'abc-test', 'abctest', "we're", 'were']

      assert.deepEqual(await sorted(texts, ''), texts)
    })

    it('has symbols before digits, digits before letters, and accents behind the letter', async () => {
      const texts = [
        ' a',
        '#',
        '_',
        '~',
        '+',
        '<',
        '1',
        '10',
        '2',
        'a',
        'a b',
        'ab',
        'e',
        'eb',
        'é',
        'ea',
        'éb',
        'f',
      ]
      const expected = [
        ' a',
        '#',
        '_',
        '~',
        '+',
        '<',
        '1',
        '10',
        '2',
        'a',
        'a b',
        'ab',
        'e',
        'é',
        'ea',
        'eb',
        'éb',
        'f',
      ]

      assert.deepEqual(await sorted(texts, 'N'), expected)
    })
  })

  describe('equality of text', () => {
    const cases: [condition: string, isTrue: boolean][] = [
      ["N'ÉCHARPE  ' = N'écharpe'", true],
      ["N'e' = N'é'", false],
      ["N'co-op' = N'coop'", false],
      ["N'straße' = N'STRASSE'", true],
      ["'straße' = 'STRASSE'", false],
      ["N'Ｆｕｌｌ２' = N'full2'", true],
      ["N'カ' = N'か'", true],
      ["N'a' < N'B' AND N'b' > N'A'", true],
    ]
    values(
      connection,
      cases.map(([condition, isTrue]) => [
        `CASE WHEN ${condition} THEN 'yes' ELSE 'no' END`,
        isTrue ? 'yes' : 'no',
      ]),
    )

    it('is that of keys, groups and DISTINCT', async () => {
      await ask(
        connection,
        'CREATE TABLE dbo.Words (Word nvarchar(20) PRIMARY KEY, Old varchar(20) UNIQUE)',
        'batch',
      )
      await ask(
        connection,
        "INSERT INTO dbo.Words VALUES (N'Straße ', 'Straße'), (N'co-op', 'b'), (N'coop', 'c')",
        'batch',
      )

      for (const word of ['STRASSE', 'straße', 'CO-OP  ']) {
        await assert.rejects(ask(connection, `INSERT INTO dbo.Words VALUES (N'${word}', 'new')`, 'batch'), {
          number: 2627,
        })
      }
      await ask(connection, "INSERT INTO dbo.Words VALUES (N'new', 'STRASSE')", 'batch')
      const { rows } = await ask(
        connection,
        "SELECT COUNT(DISTINCT a) AS n, MAX(a) AS greatest FROM (VALUES (N'ss'), (N'ß'), (N'SS '), (N's-s')) AS v (a)",
        'batch',
      )
      assert.deepEqual(rows, [{ n: 2, greatest: 's-s' }])
      await ask(connection, 'DROP TABLE dbo.Words', 'batch')
    })
  })
}
