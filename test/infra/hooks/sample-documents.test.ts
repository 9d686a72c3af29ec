// The documents that the sample starts with, read from infra/sample-data/documents.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { sampleDocuments } from '../../../infra/hooks/documents/sample-documents.ts'

const folder = new URL('../../../infra/sample-data/documents/', import.meta.url)

describe('the sample documents', () => {
  it('are many kinds, under names that break careless code', () => {
    assert.deepEqual(
      sampleDocuments().map(({ name, contentType }) => [name, contentType]),
      [
        ['Welcome.md', 'text/markdown; charset=utf-8'],
        ['archive/three mebibytes of noise.bin', 'application/octet-stream'],
        ['letters/.hidden, but listed.txt', 'text/plain; charset=utf-8'],
        ['letters/A short history of keys.txt', 'text/plain; charset=utf-8'],
        ['letters/The "open" café, and why it isn\'t naïve.md', 'text/markdown; charset=utf-8'],
        ['pictures/hills at dusk #1.png', 'image/png'],
        ['pictures/one credential + three services.svg', 'image/svg+xml'],
        ['reports/2026/R&D is 100% keyless.pdf', 'application/pdf'],
        ['reports/2026/Tokens by hour.csv', 'text/csv; charset=utf-8'],
        ['settings/roles.json', 'application/json'],
        ['日本語/鍵のない扉.txt', 'text/plain; charset=utf-8'],
      ],
    )
  })

  it('are in folders, but for the one that welcomes visitors', () => {
    const top = sampleDocuments().filter(({ name }) => !name.includes('/'))
    assert.deepEqual(
      top.map(({ name }) => name),
      ['Welcome.md'],
    )
  })

  it('are files that Windows can check out', () => {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      for (const part of name.split(/[\\/]/)) assert.doesNotMatch(part, /[<>:"|?*]|[. ]$/, name)
    }
  })

  it('keep every byte, whatever the line ends of a checkout', () => {
    assert.match(text('reports/2026/Tokens by hour.csv'), /^hour,visits,tokens requested\r\n00:00,0,3\r\n/)
    const pdf = text('reports/2026/R&D is 100% keyless.pdf')
    const [, table = ''] = /startxref\n(\d+)\n%%EOF\n$/.exec(pdf) ?? []
    assert.ok(pdf.startsWith('xref\n', Number(table)))
  })

  it('promise nothing that the site does not do', () => {
    assert.doesNotMatch(text('reports/2026/R&D is 100% keyless.pdf'), /to be shown/)
    assert.doesNotMatch(text('Welcome.md'), /open a picture/)
  })
})

function text(wanted: string): string {
  const found = sampleDocuments().find(({ name }) => name === wanted)
  assert.ok(found, wanted)
  return found.body.toString('latin1')
}
