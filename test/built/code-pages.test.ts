// The build leaves out code pages, and modules, that the site never needs. Here is what it does need.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { dist } from '../support/built-site.ts'

const require = createRequire(import.meta.url)
const complete = iconv()
const built = iconv()
built.encodings = require(join(dist, 'code-pages.cjs'))
const { codepageByLanguageId, codepageBySortId } = require('tedious/lib/collation.js')

/** Of every collation that tedious knows. */
const codePages = [
  ...new Set([...Object.values<string>(codepageByLanguageId), ...Object.values<string>(codepageBySortId)]),
]

describe('the code pages in dist/', () => {
  it('are those of all collations of SQL Server, with every character', () => {
    assert.ok(codePages.includes('CP1252') && codePages.includes('CP932'), codePages.join())
    for (const codePage of codePages) {
      const bytes = everyCharacter()
      const text = complete.decode(bytes, codePage)

      assert.equal(built.decode(bytes, codePage), text, codePage)
      assert.deepEqual(built.encode(text, codePage), complete.encode(text, codePage), codePage)
    }
  })

  it('leave out others, as encodings that do not exist', () => {
    for (const encoding of ['euc-jp', 'big5-hkscs', 'gb18030']) {
      assert.equal(complete.encodingExists(encoding), true, encoding)
      assert.equal(built.encodingExists(encoding), false, encoding)
    }
  })
})

describe('the media types in dist/', () => {
  it('are all that have an extension or a charset, and no others', async () => {
    const main = await readFile(join(dist, 'main.js'), 'utf8')
    const [, json = ''] = /JSON\.parse\('(\{"application\/.*?)'\)/.exec(main) ?? []

    const list = Object.entries<{ extensions?: string[]; charset?: string; compressible?: boolean }>(
      require('mime-db'),
    )
    const inUse = list.filter(([, { extensions, charset }]) => extensions || charset)
    assert.deepEqual(
      Object.entries<object>(JSON.parse(json)),
      inUse.map(([type, { compressible: _, ...kept }]) => [type, kept]),
    )
    assert.ok(inUse.length < list.length)
  })
})

describe('Apache Arrow in dist/', () => {
  it('is left out, with an error for whoever loads it', async () => {
    const file = (await readdir(dist)).find((name) => /^apache-arrow-.*\.js$/.test(name)) as string

    assert.ok((await readFile(join(dist, file))).length < 1024)
    await assert.rejects(
      import(pathToFileURL(join(dist, file)).href),
      /^Error: dist\/ leaves out apache-arrow: /,
    )
  })
})

describe('the checksums of Blob Storage in dist/', () => {
  it('are left out, with an error for whoever asks for them', async () => {
    const file = (await readdir(dist)).find((name) => /^sdk-.*\.js$/.test(name)) as string
    const { BlobServiceClient }: typeof import('@azure/storage-blob') = await import(
      pathToFileURL(join(dist, file)).href
    )
    const blob = new BlobServiceClient('https://127.0.0.1:9')
      .getContainerClient('documents')
      .getBlobClient('a')

    await assert.rejects(
      blob.download(0, 1, { contentChecksumAlgorithm: 'StorageCrc64' }),
      /^Error: dist\/ leaves out \.\/crc64\.js: /,
    )
  })
})

/** A copy of its own of iconv-lite, which loads its encodings when it first needs one. */
function iconv(): typeof import('iconv-lite') & { encodings?: object } {
  delete require.cache[require.resolve('iconv-lite')]
  return require('iconv-lite')
}

/** All single bytes, and all pairs that can be a character of two bytes. */
function everyCharacter(): Buffer {
  const single = Array.from({ length: 256 }, (_, byte) => [byte, 0x20])
  const pairs = Array.from({ length: 0x7f }, (_, lead) =>
    Array.from({ length: 0xc0 }, (_, trail) => [lead + 0x81, trail + 0x40, 0x20]),
  )
  return Buffer.from([...single, ...pairs.flat()].flat())
}
