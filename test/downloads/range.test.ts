import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { rangeOf } from '../../src/downloads/range.ts'

describe('rangeOf a document of 10 bytes', () => {
  const cases: [header: string | undefined, expected: ReturnType<typeof rangeOf>][] = [
    [undefined, undefined],
    ['bytes=0-3', { start: 0, end: 3 }],
    ['bytes=4-', { start: 4, end: 9 }],
    ['bytes=9-9', { start: 9, end: 9 }],
    ['bytes=0-99999999999999999999999', { start: 0, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-10', { start: 0, end: 9 }],
    ['bytes=-999', { start: 0, end: 9 }],
    ['Bytes=0-0', { start: 0, end: 0 }],
    ['bytes= 0-0 ', { start: 0, end: 0 }],
    ['bytes=,0-0,', { start: 0, end: 0 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-12', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', undefined],
    ['bytes=-', undefined],
    ['bytes=', undefined],
    ['bytes=a-b', undefined],
    ['bytes=1.5-3', undefined],
    ['bytes=+1-3', undefined],
    ['bytes=0 - 3', undefined],
    ['bytes 0-3', undefined],
    ['lines=0-3', undefined],
    ['bytes=0-1,4-5', undefined],
  ]
  for (const [header, expected] of cases) {
    it(`takes ${header} for ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(rangeOf(header, 10), expected)
    })
  }
})

describe('rangeOf an empty document', () => {
  it('cannot satisfy a range with a first byte', () => {
    assert.equal(rangeOf('bytes=0-', 0), 'unsatisfiable')
  })

  it('answers a suffix with the whole, empty document', () => {
    assert.equal(rangeOf('bytes=-5', 0), undefined)
  })
})
