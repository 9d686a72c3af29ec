import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url } from '../../src/routes/products.ts'
import { eventually } from '../support/eventually.ts'
import { linksIn } from '../support/html.ts'
import { assertNotReady } from '../support/readiness.ts'
import { startApp } from '../support/start-app.ts'

const json = { Accept: 'application/json' }
type Product = { id: number; name: string; category: string; price: number }
const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0)
const ids = (body: { products: Product[] }) => body.products.map(({ id }) => id)

describe(`GET ${url}`, () => {
  it('gives the first page, 20 products by id', async (t) => {
    const { request } = await startApp(t)

    const { body } = await request.get(url).set(json).expect(200)

    assert.deepEqual(Object.keys(body), ['products', 'page', 'pageSize', 'total'])
    assert.equal(body.page, 1)
    assert.equal(body.pageSize, 20)
    assert.equal(body.products.length, 20)
    assert.ok(body.total >= 50)
    assert.deepEqual(
      ids(body),
      ids(body).toSorted((a, b) => a - b),
    )
    const [first] = body.products
    assert.deepEqual(Object.keys(first), ['id', 'name', 'category', 'price'])
    assert.equal(typeof first.price, 'number')
  })

  it('gives every product once over all pages', async (t) => {
    const { request } = await startApp(t)
    const found: number[] = []
    for (let page = 1; ; page += 1) {
      const { body } = await request.get(url).query({ page, pageSize: 30 }).set(json).expect(200)
      if (body.products.length === 0) {
        assert.equal(found.length, body.total)
        break
      }
      found.push(...ids(body))
    }
    assert.equal(new Set(found).size, found.length)
  })

  for (const page of [1000, 999999999, 9007199254740991]) {
    it(`gives an empty page ${page}, past the end, with the total`, async (t) => {
      const { request } = await startApp(t)
      const { body } = await request.get(url).query({ page, pageSize: 100 }).set(json).expect(200)
      assert.deepEqual(body.products, [])
      assert.ok(body.total > 0)
    })
  }

  it('keeps cents, and gives prices as numbers', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.sql.execute(
      "INSERT INTO dbo.Products (Id, Name, Category, Price) VALUES (7001, N'Cents', N'Test', 12345678.95)",
    )
    const { body } = await request.get(`${url}/7001`).set(json).expect(200)
    assert.equal(body.price, 12345678.95)
  })

  it('searches in the middle of names and ignores case, beyond ASCII too', async (t) => {
    const { cloud, request } = await startApp(t)
    await cloud.sql.execute(
      "INSERT INTO dbo.Products (Id, Name, Category, Price) VALUES (7101, N'Grand ÉCLAIR Façade', N'Test', 1)",
    )
    for (const search of ['éclair', 'FAÇADE', 'd écl', 'Grand ÉCLAIR Façade']) {
      const { body } = await request.get(url).query({ search }).set(json).expect(200)
      assert.deepEqual(ids(body), [7101], search)
      assert.equal(body.total, 1)
    }
  })

  it('takes %, _, [ and backslashes of a search literally', async (t) => {
    const { cloud, request } = await startApp(t)
    const odd = {
      7201: '50% off',
      7202: 'snake_case',
      7203: '[bracketed]',
      7204: 'back\\slash',
      7205: "it''s ^-ed",
    }
    for (const [id, name] of Object.entries(odd)) {
      await cloud.sql.execute(
        `INSERT INTO dbo.Products (Id, Name, Category, Price) VALUES (${id}, N'zz ${name}', N'Test', 1)`,
      )
    }
    const found = async (search: string) =>
      ids((await request.get(url).query({ search: search, category: 'Test' }).set(json).expect(200)).body)

    assert.deepEqual(await found('zz 50%'), [7201])
    assert.deepEqual(await found('zz %'), [])
    assert.deepEqual(await found('snake_'), [7202])
    assert.deepEqual(await found('zz _'), [])
    assert.deepEqual(await found('zz [b'), [7203])
    assert.deepEqual(await found('[zz]'), [])
    assert.deepEqual(await found('back\\s'), [7204])
    assert.deepEqual(await found("it's ^"), [7205])
  })

  for (const attack of ["'; DROP TABLE dbo.Products; --", "' OR 1=1 --", "x' UNION SELECT 1,2,3,4 --"]) {
    it(`treats ${attack} as a search that finds nothing`, async (t) => {
      const { request } = await startApp(t)
      for (const parameter of ['search', 'category']) {
        const { body } = await request
          .get(url)
          .query({ [parameter]: attack })
          .set(json)
          .expect(200)
        assert.equal(body.total, 0)
      }
      await request.get(url).set(json).expect(200)
    })
  }

  it('narrows to a category, and combines it with a search', async (t) => {
    const { request } = await startApp(t)
    const all = await request.get(url).query({ pageSize: 100 }).set(json).expect(200)
    const { category, name } = all.body.products[0]
    const expected = all.body.products.filter((product: Product) => product.category === category)

    const narrowed = await request.get(url).query({ category, pageSize: 100 }).set(json).expect(200)
    const combined = await request.get(url).query({ category, search: name }).set(json).expect(200)
    const none = await request.get(url).query({ category: 'None such', search: name }).set(json)

    assert.deepEqual(ids(narrowed.body), ids({ products: expected }))
    assert.equal(narrowed.body.total, expected.length)
    assert.ok(ids(combined.body).includes(all.body.products[0].id))
    assert.equal(none.body.total, 0)
  })

  it('takes an empty search and an empty category, as the form sends them, for none', async (t) => {
    const { request } = await startApp(t)
    const all = await request.get(url).set(json).expect(200)
    const empty = await request.get(`${url}?search=&category=`).set(json).expect(200)
    assert.deepEqual(empty.body, all.body)
  })

  const mistakes = [
    'page=0',
    'page=-1',
    'page=x',
    'page=1.5',
    'page=',
    'page=1&page=2',
    'page=1e3',
    'pageSize=0',
    'pageSize=101',
    'pageSize=ten',
    'search=a&search=b',
    `search=${'x'.repeat(101)}`,
    `category=${'x'.repeat(51)}`,
  ]
  for (const query of mistakes) {
    it(`refuses ${query.slice(0, 24)} and says what the parameter takes`, async (t) => {
      const { request } = await startApp(t)
      const { body } = await request.get(`${url}?${query}`).set(json).expect(400)
      assert.match(body.detail, new RegExp(`^${query.split('=')[0]} takes `))
    })
  }

  it('shows a table, a form that keeps its input, and links to the pages around it', async (t) => {
    const { request } = await startApp(t)

    const { text } = await request.get(url).query({ page: 2, pageSize: 5, search: 'a"b<i>' }).expect(200)
    const middle = await request.get(url).query({ page: 2, pageSize: 5 }).expect(200)

    assert.match(text, /value="a&#34;b&lt;i&gt;"/)
    assert.ok(middle.text.includes(`href="${url}?pageSize=5&amp;page=1" rel="prev"`))
    assert.ok(middle.text.includes(`href="${url}?pageSize=5&amp;page=3" rel="next"`))
    assert.ok(linksIn(middle.text).some((link) => /^\/[a-z]+\/\d+$/.test(link)))
  })

  for (const sort of ['name', '-name', 'category', '-category', 'price', '-price'] as const) {
    it(`sorts by ${sort}, over all pages`, async (t) => {
      const { request } = await startApp(t)
      const field = sort.replace('-', '') as 'name' | 'category' | 'price'
      const query = { sort, pageSize: 25, category: field === 'category' ? '' : 'Brewing' }
      const pages = [1, 2].map((page) =>
        request
          .get(url)
          .query({ ...query, page })
          .set(json),
      )

      const found: Product[] = (await Promise.all(pages)).flatMap(({ body }) => body.products)

      const inOrder = found.toSorted((a, b) => compare(a[field], b[field]) * (sort === field ? 1 : -1))
      assert.deepEqual(
        found.map((product) => product[field]),
        inOrder.map((product) => product[field]),
      )
      assert.equal(new Set(found.map(({ id }) => id)).size, found.length)
    })
  }

  it('sorts by id what is equal otherwise, so that no product is on two pages', async (t) => {
    const { cloud, request } = await startApp(t)
    const ids = [900_003, 900_001, 900_004, 900_002]
    for (const id of ids) {
      await cloud.sql.execute(
        `INSERT INTO dbo.Products (Id, Name, Category, Price) VALUES (${id}, N'Twin', N'Twins', 1)`,
      )
    }
    t.after(() => cloud.sql.execute(`DELETE FROM dbo.Products WHERE Category = N'Twins'`))

    for (const sort of ['name', '-name', 'category', '-category', 'price', '-price']) {
      const { body } = await request.get(url).query({ category: 'Twins', sort }).set(json).expect(200)
      assert.deepEqual(
        body.products.map(({ id }: Product) => id),
        ids.toSorted(),
        sort,
      )
    }
  })

  for (const sort of ['Id', 'price;', 'name,price', '']) {
    it(`refuses to sort by "${sort}"`, async (t) => {
      const { request } = await startApp(t)
      const { body } = await request.get(url).query({ sort }).set(json).expect(400)
      assert.match(body.detail, /^sort takes one of name, -name, category/)
    })
  }

  it('turns the order round at the head of a column, and keeps the filter there', async (t) => {
    const { request } = await startApp(t)
    const heads = async (sort: string) => {
      const query = { search: 'e', category: 'Brewing', pageSize: 5, page: 2, sort }
      const { text } = await request.get(url).query(query).expect(200)
      const price = /<th scope="col" class="number"([^>]*)><a href="([^"]+)">Price/.exec(text) ?? []
      return { aria: price[1], url: price[2]?.replaceAll('&amp;', '&') }
    }
    const link = (sort: string) => `${url}?search=e&category=Brewing${sort}&pageSize=5&page=1`

    assert.deepEqual(await heads('name'), { aria: '', url: link('&sort=price') })
    assert.deepEqual(await heads('price'), { aria: ' aria-sort="ascending"', url: link('&sort=-price') })
    assert.deepEqual(await heads('-price'), { aria: ' aria-sort="descending"', url: link('') })
  })

  it('marks the order by number when no other is chosen, and leads back to it', async (t) => {
    const { request } = await startApp(t)
    const head = /<th scope="col" class="id"([^>]*)><a href="([^"]+)">Number/
    const [, marked] = head.exec((await request.get(url).expect(200)).text) ?? []
    const [, unmarked, back] = head.exec((await request.get(`${url}?sort=price`).expect(200)).text) ?? []

    assert.equal(marked, ' aria-sort="ascending"')
    assert.equal(unmarked, '')
    assert.equal(back?.replaceAll('&amp;', '&'), `${url}?pageSize=20&page=1`)
  })

  it('names itself in the navigation, on the page of one product too', async (t) => {
    const { request } = await startApp(t)
    await request.get(url).expect(200, new RegExp(`<a href="${url}" aria-current="page">`))
    await request.get(`${url}/21`).expect(200, new RegExp(`<a href="${url}" aria-current="true">`))
  })

  it('shows prices with their currency', async (t) => {
    const { request } = await startApp(t)
    await request.get(url).expect(200, /<td class="number price">€9\.90<\/td>/)
    await request.get(`${url}/1`).expect(200, /<dd>€9\.90<\/dd>/)
  })

  it('offers the categories there are, with the chosen one chosen', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get(url).query({ category: 'Brewing' }).expect(200)
    assert.match(text, /<option>Coffee<\/option>/)
    assert.match(text, /<option selected>Brewing<\/option>/)
  })

  it('keeps a category in the form that no product has', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get(url).query({ category: '<None> such' }).expect(200)
    assert.match(text, /<option selected>&lt;None&gt; such<\/option>/)
    assert.match(text, /No product matches/)
  })

  it('keeps order and page size when the form is sent', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get(url).query({ sort: '-name', pageSize: 7 }).expect(200)
    assert.match(text, /<input type="hidden" name="sort" value="-name">/)
    assert.match(text, /<input type="hidden" name="pageSize" value="7">/)
  })

  it('leads back from a page past the end', async (t) => {
    const { request } = await startApp(t)
    const { text } = await request.get(url).query({ search: 'kettle', page: 99 }).expect(200)
    const last = linksIn(text).find((url) => url.includes('page=1&') || url.endsWith('page=1')) ?? ''
    assert.match((await request.get(last).expect(200)).text, /Gooseneck Kettle/)
  })

  it('takes one round trip for the products and their total', async (t) => {
    const { cloud, request } = await startApp(t)
    await request.get(url).set(json).expect(200)
    const before = cloud.sql.queryCount
    await request.get(url).set(json).expect(200)
    assert.equal(cloud.sql.queryCount - before, 1)
  })

  it('reads the categories once for the pages of a minute', async (t) => {
    const { cloud, request } = await startApp(t)
    await request.get(url).expect(200)
    const before = cloud.sql.queryCount
    const { text } = await request.get(url).expect(200)
    assert.equal(cloud.sql.queryCount - before, 1)
    assert.match(text, /<option>Coffee<\/option>/)
  })

  it('shows a new category when the cached ones are too old', async (t) => {
    const { cloud, request } = await startApp(t, { categoriesMs: 0 })
    await request.get(url).expect(200)
    await cloud.sql.execute(
      "INSERT INTO dbo.Products (Id, Name, Category, Price) VALUES (7801, N'Late', N'Latecomers', 1)",
    )
    await request.get(url).expect(200, /<option>Latecomers<\/option>/)
  })

  it('answers 503 when the database user has no grant on the table, and recovers with it', async (t) => {
    const { cloud, request } = await startApp(t)
    const user = cloud.identity.app.name
    await cloud.sql.execute(`REVOKE SELECT ON OBJECT::dbo.Products FROM [${user}]`)

    await request
      .get(url)
      .expect(503)
      .expect('Retry-After', /^[1-9]/)
    await cloud.sql.execute(`GRANT SELECT ON OBJECT::dbo.Products TO [${user}]`)

    await request.get(url).expect(200)
  })

  it('shares a few connections among many visitors', async (t) => {
    const { cloud, request } = await startApp(t, { sqlConnections: 3 })
    const before = cloud.sql.loginCount

    await Promise.all(
      Array.from({ length: 30 }, (_, index) => request.get(`${url}?pageSize=${index + 1}`).expect(200)),
    )

    assert.ok(cloud.sql.loginCount - before <= 3)
  })

  it('closes idle connections, so that the database can sleep', async (t) => {
    const { cloud, request } = await startApp(t, { sqlIdleMs: 50 })
    await request.get(url).expect(200)
    await eventually(() => cloud.sql.openConnections === 0)
  })

  it('survives a fail-over that drops every idle connection', async (t) => {
    const { cloud, request } = await startApp(t)
    await request.get(url).expect(200)

    cloud.sql.dropConnections()
    await eventually(() => cloud.sql.openConnections === 0)

    await request.get(url).expect(200)
  })

  it('cancels the query of a visitor who leaves, and uses the connection again', async (t) => {
    const { cloud, origin, request } = await startApp(t, { sqlConnections: 1 })
    await request.get(url).expect(200)
    const logins = cloud.sql.loginCount
    cloud.sql.faults.hangNext()

    const leaving = new AbortController()
    const left = fetch(`${origin}${url}`, { signal: leaving.signal })
    const queries = cloud.sql.queryCount
    await eventually(() => cloud.sql.queryCount > queries)
    leaving.abort()
    await assert.rejects(left)

    await request.get(url).expect(200)
    assert.equal(cloud.sql.loginCount, logins)
  })
})

describe(`GET ${url}/{id}`, () => {
  it('gives one product', async (t) => {
    const { request } = await startApp(t)
    const list = await request.get(url).set(json).expect(200)
    const [first] = list.body.products
    await request.get(`${url}/${first.id}`).set(json).expect(200, first)
    await request.get(`${url}/${first.id}`).expect(200, /<h1>/)
  })

  for (const id of ['0', '2147483647']) {
    it(`answers 404 for ${id}, which no product has`, async (t) => {
      const { request } = await startApp(t)
      const { body } = await request.get(`${url}/${id}`).set(json).expect(404)
      assert.equal(body.detail, 'There is no such product.')
    })
  }

  for (const id of ['abc', '1.5', '2147483648', '1e3', '%20', "1'--", '-1', '99999999999999999999']) {
    it(`refuses ${id} and says what id takes`, async (t) => {
      const { request } = await startApp(t)
      const { body } = await request.get(`${url}/${id}`).set(json).expect(400)
      assert.match(body.detail, /^id takes a whole number/)
    })
  }
})

describe('GET /readyz', () => {
  it('says that the database fails', (t) =>
    assertNotReady(t, 'sqlDatabase', ({ cloud }) => cloud.sql.logins.failNext(18456, { times: Infinity })))
})

describe(`GET ${url}/{id}/reviews`, () => {
  it('is not there', async (t) => {
    const { request } = await startApp(t)
    await request.get(`${url}/1/reviews`).expect(404)
  })
})
