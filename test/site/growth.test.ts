// Whatever runs on a visitor's or an uploader's text takes time in proportion to its length, and gives a page in proportion.
import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { describe, it } from 'node:test'
import express, { type Request, type Response } from 'express'
import * as z from 'zod'
import { evaluateConditions, rangeApplies } from '../../src/downloads/conditions.ts'
import { documentNameIn, documentUrl } from '../../src/downloads/document-name.ts'
import { downloadHeaders } from '../../src/downloads/headers.ts'
import { parseHttpDate } from '../../src/downloads/http-date.ts'
import { previewOf } from '../../src/downloads/preview.ts'
import { rangeOf } from '../../src/downloads/range.ts'
import { createLog } from '../../src/log.ts'
import { addressIn } from '../../src/middleware/rate-limit.ts'
import { countAttempts } from '../../src/middleware/refresh.ts'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { parseQuery, wholeNumber, xmlText } from '../../src/routes/query.ts'
import { documentsViewModel, documentViewModel } from '../../src/view-models/documents.ts'
import * as format from '../../src/view-models/format.ts'
import { productsViewModel } from '../../src/view-models/products.ts'
import { startApp } from '../support/start-app.ts'

const document = {
  name: 'a',
  size: 1000,
  contentType: 'text/plain',
  contentEncoding: undefined,
  contentLanguage: undefined,
  lastModified: new Date(0),
  etag: '"1"',
}
const validators = { etag: document.etag, lastModified: document.lastModified }
const log = createLog({ write() {} })
const quietly = (work: () => unknown) => {
  try {
    work()
  } catch {
    // A refusal takes time too.
  }
}
const requestTo = (url: string) => Object.assign(Object.create(express.request), { url }) as Request
const header = (name: string, value: string) => ({ [name]: value }) as IncomingHttpHeaders

/** Node.js takes 16 KiB of headers and address together. */
const LONGEST = 16_384

/** What is done with a text that a stranger has chosen. */
const work: Record<string, (text: string) => unknown> = {
  'a line of the log': (text) => log.info({ url: text, err: new Error(text) }, text),
  'the address without the count of attempts': (text) =>
    countAttempts(requestTo(`/?${text}`), { locals: {} } as unknown as Response, () => {}),
  'an address that begins oddly': (text) =>
    countAttempts(requestTo(text), { locals: {} } as unknown as Response, () => {}),
  'the name of a document in an address': (text) =>
    documentNameIn({ path: `/${encodeURIComponent(text)}` } as Request),
  'the address of a document': (text) => documentUrl(documentsUrl, text),
  'the headers of a download': (text) =>
    downloadHeaders({ ...document, name: text.slice(0, 1024), contentType: text }, { status: 200 }),
  'a date': parseHttpDate,
  'If-Match': (text) => evaluateConditions(header('if-match', text), validators),
  'If-None-Match': (text) => evaluateConditions(header('if-none-match', text), validators),
  'If-Range': (text) => rangeApplies(header('if-range', text), validators),
  'a range': (text) => rangeOf(`bytes=${text}`, 1000),
  'a prefix': (text) => parseQuery(z.object({ prefix: xmlText(1_000_000) }), { prefix: text }),
  'a number': (text) => parseQuery(z.object({ page: wholeNumber(1, 9) }), { page: text }),
  'a forwarded address': addressIn,
  'the folder and the file name of a document': (text) => format.folder(text) + format.fileName(text),
  'a media type': format.mediaType,
  'a list of documents': (text) =>
    documentsViewModel(
      documentsUrl,
      { prefix: text, limit: 100 },
      { folders: [`${text}/${text}/`], next: text },
    ),
  'the preview of a document': (text) =>
    previewOf({ ...document, contentType: `text/${text}` }, { previewTextBytes: 9, previewImageBytes: 9 }),
  'the charset of a document': (text) =>
    previewOf(
      { ...document, contentType: `text/plain;${text}charset=${text}` },
      { previewTextBytes: 9, previewImageBytes: 9 },
    ),
  'the page of a document': (text) =>
    documentViewModel(
      documentsUrl,
      { ...document, name: text },
      { kind: 'none', reason: '' },
      `https://${text}`,
    ),
  'the spaces of a name': format.hasOddSpaces,
  'a list of products': (text) =>
    productsViewModel(productsUrl, { page: 1, pageSize: 20, search: text, category: text }, 100, [text]),
}

/** Texts that expressions and splitting stumble over, of any length. */
const texts: Record<string, (length: number) => string> = {
  letters: (length) => 'a'.repeat(length),
  slashes: (length) => '/'.repeat(length),
  'slashes between letters': (length) => 'a/'.repeat(length / 2),
  'slashes and then a letter': (length) => `${'/'.repeat(length - 1)}a`,
  'beginnings of tokens': (length) => 'eyJ'.repeat(length / 3),
  'tokens without a dot': (length) => 'eyJhbGciOiJ'.repeat(length / 11),
  'short tokens': (length) => 'eyJhbGciOiJ.a.'.repeat(length / 14),
  dots: (length) => '.'.repeat(length),
  quotes: (length) => '"'.repeat(length),
  'entity tags': (length) => 'W/"a",'.repeat(length / 6),
  commas: (length) => ','.repeat(length),
  spaces: (length) => ' '.repeat(length),
  digits: (length) => '1'.repeat(length),
  hyphens: (length) => '-'.repeat(length),
  parameters: (length) => 'attempt=1&'.repeat(length / 10),
  'question marks': (length) => '?'.repeat(length),
  'percent signs': (length) => '%25'.repeat(length / 3),
  backslashes: (length) => '\\'.repeat(length),
  semicolons: (length) => ';'.repeat(length),
  colons: (length) => ':'.repeat(length),
  brackets: (length) => '['.repeat(length),
}

describe('the time for a text of 16 times the length', () => {
  for (const [name, run] of Object.entries(work)) {
    it(`is at most 24 times as long: ${name}`, () => {
      const ratio = growth(run)
      assert.ok(ratio <= 24, `${ratio.toFixed(1)} times`)
    })
  }
})

describe('what a long address costs', () => {
  it('is bounded on the page: a prefix of a thousand slashes', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get(`${documentsUrl}?prefix=${'%2F'.repeat(1000)}`).expect(200)
    const { text: usual } = await request.get(`${documentsUrl}?prefix=a%2F`).expect(200)
    assert.ok(text.length - usual.length < 64_000, `${text.length - usual.length} characters more`)
  })

  it('is bounded in the log: an address, and an error that repeats it', async (t) => {
    const { request, logged } = await startApp(t)
    await request.get(`/nope?${'x'.repeat(15_000)}`).expect(404)
    const line = logged.find((each) => each.includes('/nope?')) ?? ''
    assert.ok(line.length < 2_000, `${line.length} characters`)
    assert.match(line, /x…"/)

    const lines: string[] = []
    createLog({ write: (each) => lines.push(each) }).error({ err: new Error('x'.repeat(15_000)) }, 'long')
    assert.ok((lines[0] ?? '').length < 10_000, `${lines[0]?.length} characters`)
  })
})

/**
 * How many times as long the long texts take, all kinds together: one kind that grows with the square makes it 256. CPU time
 * of this process, so that others on the machine count for little, and the least of a few tries, since some are lengthened
 * by the collecting of garbage.
 */
function growth(run: (text: string) => unknown): number {
  const least = { short: Infinity, long: Infinity }
  let ratio = Infinity
  for (let tries = 0; tries < 30 && ratio > 24; tries += 1) {
    least.short = Math.min(least.short, cpuTime(run, LONGEST / 16))
    least.long = Math.min(least.long, cpuTime(run, LONGEST))
    ratio = least.long / least.short
  }
  return ratio
}

/** Microseconds for texts of one length, of every kind. */
function cpuTime(run: (text: string) => unknown, length: number): number {
  const start = process.cpuUsage()
  for (const make of Object.values(texts)) {
    // Another text each time: V8 remembers what splitting a string gave.
    for (let i = 0; i < 4; i += 1) quietly(() => run(`${make(length)}${count++}`))
  }
  const { user, system } = process.cpuUsage(start)
  return user + system
}

let count = 0
