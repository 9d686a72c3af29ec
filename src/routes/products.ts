// List and show the rows of one table.
import { Router } from 'express'
import createError from 'http-errors'
import * as z from 'zod'
import type { Azure } from '../azure/connect.ts'
import { LARGEST_INT } from '../azure/products.ts'
import { answer } from '../http/answer.ts'
import { readOnly } from '../http/methods.ts'
import { parseQuery, wholeNumber } from '../http/query.ts'

const listQuery = z.object({
  page: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(1).describe('a whole number from 1'),
  pageSize: wholeNumber(1, 100).default(20).describe('a whole number from 1 to 100'),
  search: z.string().max(100).optional().describe('a part of a name, up to 100 characters'),
  category: z.string().max(50).optional().describe('the name of a category, up to 50 characters'),
})

const productPath = z.object({
  id: wholeNumber(0, LARGEST_INT).describe(`a whole number from 0 to ${LARGEST_INT}`),
})

export function productRoutes({ products }: Pick<Azure, 'products'>): Router {
  const router = Router()

  router
    .route('/')
    .get(async (req, res) => {
      const query = parseQuery(listQuery, req.query)
      const { products: rows, total } = await products.list(query, res.locals.signal)
      const { page, pageSize } = query
      const previousUrl = page > 1 && pageUrl(query, page - 1)
      const nextUrl = page * pageSize < total && pageUrl(query, page + 1)
      answer(res, 'products', { products: rows, page, pageSize, total }, { query, previousUrl, nextUrl })
    })
    .all(readOnly)

  router
    .route('/:id')
    .get(async (req, res) => {
      const { id } = parseQuery(productPath, req.params)
      const product = await products.find(id, res.locals.signal)
      if (!product) throw createError(404, 'There is no such product.')
      answer(res, 'product', product)
    })
    .all(readOnly)

  return router
}

function pageUrl({ search, category, pageSize }: z.infer<typeof listQuery>, page: number): string {
  const filter = { ...(search && { search }), ...(category && { category }) }
  return `/products?${new URLSearchParams({ ...filter, pageSize: String(pageSize), page: String(page) })}`
}
