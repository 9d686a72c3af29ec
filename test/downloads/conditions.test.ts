import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { evaluateConditions, rangeApplies } from '../../src/downloads/conditions.ts'

const document = { etag: '"a"', lastModified: new Date('2026-03-04T05:06:07.890Z') }
const before = 'Wed, 04 Mar 2026 05:06:06 GMT'
const same = 'Wed, 04 Mar 2026 05:06:07 GMT'
const later = 'Wed, 04 Mar 2026 05:06:08 GMT'

describe('evaluateConditions', () => {
  const cases: [headers: Record<string, string>, expected: number][] = [
    [{}, 200],

    [{ 'if-match': '"a"' }, 200],
    [{ 'if-match': '"x", "a"' }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-match': 'W/"a"' }, 412],
    [{ 'if-match': '"x,"a"' }, 412],
    [{ 'if-match': '' }, 412],

    [{ 'if-unmodified-since': same }, 200],
    [{ 'if-unmodified-since': later }, 200],
    [{ 'if-unmodified-since': before }, 412],
    [{ 'if-unmodified-since': 'yesterday' }, 200],

    [{ 'if-none-match': '"a"' }, 304],
    [{ 'if-none-match': 'W/"a"' }, 304],
    [{ 'if-none-match': '"x" ,W/"a"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"x"' }, 200],

    [{ 'if-modified-since': same }, 304],
    [{ 'if-modified-since': later }, 304],
    [{ 'if-modified-since': before }, 200],
    [{ 'if-modified-since': '2026-03-05' }, 200],

    // An entity tag outranks a date.
    [{ 'if-match': '"a"', 'if-unmodified-since': before }, 200],
    [{ 'if-none-match': '"x"', 'if-modified-since': later }, 200],
    [{ 'if-none-match': '"a"', 'if-modified-since': before }, 304],
    // A failed precondition outranks "not modified".
    [{ 'if-match': '"x"', 'if-none-match': '"a"' }, 412],
    [{ 'if-unmodified-since': before, 'if-none-match': '"a"' }, 412],
    [{ 'if-match': '"a"', 'if-none-match': '"a"' }, 304],
  ]
  for (const [headers, expected] of cases) {
    it(`answers ${JSON.stringify(headers)} with ${expected}`, () => {
      assert.equal(evaluateConditions(headers, document), expected)
    })
  }

  it('compares tags that hold a comma', () => {
    assert.equal(evaluateConditions({ 'if-match': '"x", "b,c"' }, { ...document, etag: '"b,c"' }), 200)
  })

  it('never matches a weak tag strongly', () => {
    assert.equal(evaluateConditions({ 'if-match': 'W/"a"' }, { ...document, etag: 'W/"a"' }), 412)
  })
})

describe('rangeApplies', () => {
  const cases: [ifRange: string | undefined, expected: boolean][] = [
    [undefined, true],
    ['"a"', true],
    ['"x"', false],
    ['W/"a"', false],
    [same, true],
    [before, false],
    [later, false],
    ['Wednesday, 04-Mar-26 05:06:07 GMT', true],
    ['Wed Mar  4 05:06:07 2026', true],
    ['soon', false],
  ]
  for (const [ifRange, expected] of cases) {
    it(`takes If-Range: ${ifRange} for ${expected}`, () => {
      assert.equal(rangeApplies(ifRange === undefined ? {} : { 'if-range': ifRange }, document), expected)
    })
  }
})
