import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { url } from '../../src/routes/categories.ts'
import { startApp } from '../support/start-app.ts'

describe(`GET ${url}`, () => {
  it('lists every category with the number of its products', async (t) => {
    const { request } = await startApp(t)

    const { body } = await request.get(url).set('Accept', 'application/json').expect(200)

    assert.ok(body.categories.length > 1)
    for (const { name, products } of body.categories) {
      assert.ok(name.length > 0)
      assert.ok(products > 0)
    }
  })

  it('shows them on a page', async (t) => {
    const { request } = await startApp(t)
    await request.get(url).expect(200, /products in [1-9]\d* categories\./)
  })
})
