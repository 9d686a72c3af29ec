import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseHttpDate } from '../../src/downloads/http-date.ts'

describe('parseHttpDate', () => {
  // The three examples of RFC 9110, section 5.6.7.
  for (const header of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    it(`reads ${header}`, () => {
      assert.equal(parseHttpDate(header)?.toISOString(), '1994-11-06T08:49:37.000Z')
    })
  }

  for (const header of [
    '',
    '0',
    '2026',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 +0200',
    'Sun, 06 Nov 1994 29:49:37 GMT',
    'sun, 06 nov 1994 08:49:37 gmt',
    'Sun, 6 Nov 1994 08:49:37 GMT',
  ]) {
    it(`takes "${header}" for no date`, () => {
      assert.equal(parseHttpDate(header), undefined)
    })
  }
})
