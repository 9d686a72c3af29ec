import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as format from '../../src/view-models/format.ts'

describe('format', () => {
  const sizes: [bytes: number, text: string][] = [
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [3_145_728, '3.1 MB'],
    [99_949, '99.9 kB'],
    [99_960, '100 kB'],
    [999_949, '1.0 MB'],
    [1_000_000, '1.0 MB'],
    [123_456_789, '123 MB'],
    [5e9, '5.0 GB'],
    [5e15, '5000 TB'],
  ]
  for (const [bytes, text] of sizes) {
    it(`writes ${bytes} bytes as ${text}`, () => assert.equal(format.size(bytes), text))
  }

  const durations: [milliseconds: number, text: string][] = [
    [0.2, 'less than 1 ms'],
    [1, '1 ms'],
    [12.4, '12 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1234, '1.2 s'],
  ]
  for (const [milliseconds, text] of durations) {
    it(`writes ${milliseconds} milliseconds as ${text}`, () => {
      assert.equal(format.duration(milliseconds), text)
    })
  }

  const now = new Date('2026-11-21T12:00:00Z')
  const distances: [then: string, text: string][] = [
    ['2026-11-21T12:00:00Z', 'just now'],
    ['2026-11-21T11:59:40Z', '20 seconds ago'],
    ['2026-11-21T12:05:00Z', 'in 5 minutes'],
    ['2026-11-21T12:59:50Z', 'in 1 hour'],
    ['2026-11-20T12:00:00Z', '1 day ago'],
    ['2026-12-15T12:00:00Z', 'in 24 days'],
    ['2027-02-21T12:00:00Z', 'in 3 months'],
    ['2027-11-21T11:59:00Z', 'in 1 year'],
  ]
  for (const [then, text] of distances) {
    it(`says of ${then} at noon that it is ${text}`, () => {
      assert.equal(format.relativeTime(new Date(then), now), text)
    })
  }

  it('writes times in UTC, wherever the server is', () => {
    assert.equal(format.dateTime('2026-11-21T23:59:00.000Z'), '21 Nov 2026, 23:59:00 UTC')
  })

  it('writes prices with currency, cents and thousands', () => {
    assert.equal(format.price(1234.5), '€1,234.50')
  })

  for (const name of [' a', 'a ', 'a  b', 'a\tb\n']) {
    it(`keeps the spaces of ${JSON.stringify(name)}`, () => assert.ok(format.hasOddSpaces(name)))
  }

  it('lets lines break at single spaces as usual', () => assert.ok(!format.hasOddSpaces('a b c')))

  const names: [name: string, folder: string, fileName: string][] = [
    ['a.txt', '', 'a.txt'],
    ['b/c/a.txt', 'b/c/', 'a.txt'],
    ['b//a', 'b//', 'a'],
    ['b/c/', 'b/', 'c/'],
    ['/', '', '/'],
  ]
  for (const [name, folder, fileName] of names) {
    it(`parts ${name} into folder and file`, () => {
      assert.deepEqual([format.folder(name), format.fileName(name)], [folder, fileName])
    })
  }
})
