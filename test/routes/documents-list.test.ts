import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url } from '../../src/routes/documents.ts'
import { linksIn, textOf } from '../support/html.ts'
import { assertNotReady } from '../support/readiness.ts'
import { startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }
const foldersIn = (html: string) =>
  linksIn(
    html
      .replaceAll(/<tr>[\s\S]*?<\/tr>/g, '')
      .split('<tbody>')[1]
      ?.split('</tbody>')[0] ?? '',
  )
const crumbsIn = (html: string) => {
  const [crumbs = ''] = /<nav class="crumbs"[\s\S]*?<\/nav>/.exec(html) ?? []
  return [...crumbs.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, crumb]) => textOf(crumb ?? ''))
}
const names = (body: { documents: { name: string }[] }) => body.documents.map(({ name }) => name)

describe(`GET ${url}`, () => {
  it('describes each document', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('described/plan & budget.txt', 'hello', { contentType: 'text/plain' })

    const { body } = await request.get(url).query({ prefix: 'described/' }).set(json).expect(200)

    const [{ etag, lastModified, ...rest }] = body.documents
    assert.deepEqual(rest, {
      name: 'described/plan & budget.txt',
      size: 5,
      contentType: 'text/plain',
      url: `${url}/described/plan%20%26%20budget.txt`,
    })
    assert.match(etag, /^"[^"]+"$/)
    assert.ok(Math.abs(Date.parse(lastModified) - Date.now()) < 60_000)
    assert.equal(body.next, null)
  })

  it('gives the entity tag that the download gives', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('same-tag.txt', 'hello')

    const { body } = await request.get(url).query({ prefix: 'same-tag' }).set(json)

    await request.get(`${url}/same-tag.txt`).expect('ETag', body.documents[0].etag)
  })

  it('narrows the list to a prefix', async (t) => {
    const { cloud, request } = await startApp(t)
    for (const name of ['narrow/a', 'narrow/b', 'narrower']) await cloud.blobs.put(name, name)

    const { body } = await request.get(url).query({ prefix: 'narrow/' }).set(json).expect(200)

    assert.deepEqual(names(body), ['narrow/a', 'narrow/b'])
  })

  it('pages with limit and cursor until next is null', async (t) => {
    const { cloud, request } = await startApp(t)
    const all = ['paged/1', 'paged/2', 'paged/3', 'paged/4', 'paged/5']
    for (const name of all) await cloud.blobs.put(name, name)

    const found: string[] = []
    let cursor: string | null | undefined
    do {
      const query = { prefix: 'paged/', limit: 2, ...(cursor && { cursor }) }
      const { body } = await request.get(url).query(query).set(json).expect(200)
      assert.ok(body.documents.length <= 2)
      found.push(...names(body))
      cursor = body.next
    } while (cursor)

    assert.deepEqual(found, all)
  })

  it('links the next page, with the prefix kept', async (t) => {
    const { cloud, request } = await startApp(t)
    for (const name of ['linked/1', 'linked/2']) await cloud.blobs.put(name, name)

    const first = await request.get(url).query({ prefix: 'linked/', limit: 1 }).expect(200)
    const next = /<a href="([^"]+)" rel="next">/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const second = await request.get(next).expect(200)

    assert.ok(linksIn(second.text).includes(`${url}/linked/2?view`))
    assert.doesNotMatch(second.text, /rel="next"/)
  })

  it('links every document on the page, whatever its name', async (t) => {
    const { cloud, request } = await startApp(t)
    const awkward = ['awkward/<b>"&\'.txt', 'awkward/100%?#+.txt', 'awkward/日本語 é.txt', 'awkward/.dot']
    for (const name of awkward) await cloud.blobs.put(name, name)

    const page = await request.get(url).query({ prefix: 'awkward/' }).expect(200)
    const links = linksIn(page.text).filter((link) => link.startsWith(`${url}/`))

    assert.equal(links.length, awkward.length)
    assert.doesNotMatch(page.text, /<b>/)
    const found = await Promise.all(
      links.map(async (link) => (await request.get(link).set(json).expect(200)).body.name),
    )
    assert.deepEqual(found.sort(), awkward.sort())
  })

  it('shows sizes in units, types, dates and how long Azure took', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.blobs.put('shown/a.txt', 'x'.repeat(2500), { contentType: 'text/plain; charset=utf-8' })

    const { text } = await request.get(url).query({ prefix: 'shown/' }).expect(200)

    assert.match(text, /<data value="2500">2\.5 kB<\/data>/)
    assert.match(text, /<td>text\/plain<\/td>/)
    assert.match(text, /<time datetime="[^"]+Z">\d{1,2} \w{3} \d{4}<\/time>/)
    assert.match(textOf(text), /Answered in (\d+ ms|less than 1 ms)/)
  })

  it('links folders, which narrow the prefix, and the way back above them', async (t) => {
    const { cloud, request } = await startApp(t)
    for (const name of ['1', 'a/2', 'a/b/3', 'R&D 100%/4']) await cloud.blobs.put(`folders/${name}`, name)
    const open = async (url: string) => (await request.get(url).expect(200)).text

    const top = await open(`${url}?prefix=folders%2F`)
    const below = await open(foldersIn(top)[1] ?? '')
    const odd = await open(foldersIn(top)[0] ?? '')

    assert.deepEqual(foldersIn(top).map(decodeURIComponent), [
      `${url}?prefix=folders/R&D+100%/`,
      `${url}?prefix=folders/a/`,
    ])
    assert.deepEqual(crumbsIn(below), ['All documents', 'folders/', 'a/'])
    assert.deepEqual(foldersIn(below).map(decodeURIComponent), [`${url}?prefix=folders/a/b/`])
    assert.deepEqual(
      linksIn(below).filter((link) => link.startsWith(`${url}/`)),
      [`${url}/folders/a/2?view`],
    )
    assert.ok(linksIn(odd).includes(`${url}/folders/R%26D%20100%25/4?view`))
  })

  it('shows folders first, then the documents of this one folder', async (t) => {
    const { cloud, request } = await startApp(t)
    for (const name of ['a', 'b/1', 'b/2', 'c', 'd/', 'd/3']) await cloud.blobs.put(`first/${name}`, name)

    const { text } = await request.get(url).query({ prefix: 'first/' }).expect(200)

    const rows = [...text.matchAll(/<td class="name">([\s\S]*?)<\/td>/g)].map(([, cell]) =>
      textOf(cell ?? ''),
    )
    assert.deepEqual(rows, ['b/', 'd/', 'a', 'c'])
  })

  it('shows a document whose name ends with a slash inside the folder of that name', async (t) => {
    const { cloud, request } = await startApp(t)
    for (const name of ['', 'a']) await cloud.blobs.put(`slash/${name}`, name)
    const { text } = await request.get(url).query({ prefix: 'slash/' }).expect(200)
    assert.ok(linksIn(text).includes(`${url}/slash/?view`))
    assert.ok(linksIn(text).includes(`${url}/slash/a?view`))
  })

  it('lists the documents of all folders as JSON', async (t) => {
    const { cloud, request } = await startApp(t)
    const all = ['deep/a', 'deep/b/1', 'deep/b/c/2']
    for (const name of all) await cloud.blobs.put(name, name)
    const { body } = await request.get(url).query({ prefix: 'deep/' }).set(json).expect(200)
    assert.deepEqual(names(body), all)
    assert.deepEqual(Object.keys(body), ['documents', 'next'])
  })

  it('says what names begin with when the prefix ends within one', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get(url).query({ prefix: 'reports/20' }).expect(200)
    assert.deepEqual(crumbsIn(text), ['All documents', 'reports/', 'beginning with “ 20 ”'])
  })

  it('keeps the limit in every link of the list', async (t) => {
    const { cloud, request } = await startApp(t)
    for (const name of ['a/1', 'a/2', 'a/3']) await cloud.blobs.put(`limited/${name}`, name)
    const first = await request.get(`${url}?prefix=limited%2Fa%2F&limit=1`).expect(200)
    const next = linksIn(first.text).find((link) => link.includes('cursor=')) ?? ''
    const second = await request.get(next).expect(200)

    const lists = linksIn(second.text).filter((link) => link.startsWith(`${url}?`))
    assert.ok(lists.length >= 4)
    for (const link of lists) assert.match(link, /limit=1\b/)
    assert.match(second.text, /rel="first"/)
  })

  it('says so when there is nothing', async (t) => {
    const { request } = await startApp(t)
    await request
      .get(url)
      .query({ prefix: 'nothing here' })
      .expect(200, /no document/)
  })

  it('answers 503 when the container is missing, and names it in the log', async (t) => {
    const { request, logged } = await startApp(t, {}, { AZURE_STORAGE_CONTAINER_NAME: 'missing' })

    for (const path of [url, `${url}/a.txt`]) {
      const { body } = await request.get(path).set(json).expect(503)
      assert.match(body.detail, /container of the documents does not exist/)
      assert.doesNotMatch(body.detail, /missing/)
    }

    const requests = logged.map((line) => JSON.parse(line).err?.request).filter(Boolean)
    assert.match(requests[0], /^GET https:.*\/missing$/)
    assert.match(requests[1], /^GET https:.*\/missing\/a\.txt$/)
  })

  const mistakes = ['limit=0', 'limit=1001', 'limit=ten', 'limit=', 'limit=1&limit=2', 'limit=1.5', 'cursor=']
  for (const query of [...mistakes, `prefix=${'x'.repeat(1025)}`]) {
    it(`refuses ${query.slice(0, 20)} and says what the parameter takes`, async (t) => {
      const { request } = await startApp(t)
      const { body } = await request.get(`${url}?${query}`).set(json).expect(400)
      assert.match(body.detail, new RegExp(`^${query.split('=')[0]} takes `))
    })
  }

  it('takes the largest limit', async (t) => {
    const { request } = await startApp(t)
    await request.get(`${url}?limit=1000`).set(json).expect(200)
  })
})

describe('GET /readyz', () => {
  it('says that Blob Storage fails', (t) =>
    assertNotReady(t, 'blobStorage', ({ cloud }) => cloud.blobs.faults.failNext(403, { times: Infinity })))
})
