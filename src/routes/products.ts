// Lists and shows the rows of one table.
import { Router } from 'express'
import createError from 'http-errors'
import * as z from 'zod'
import { createProducts, LARGEST_INT, type Products, productOrders } from '../azure/products.ts'
import { DEFAULT_PAGE_SIZE, productsViewModel, productViewModel } from '../view-models/products.ts'
import type { Page, PageContext } from './page.ts'
import { parseQuery, wholeNumber } from './query.ts'
import { respond, timed } from './respond.ts'

const listQuery = z.object({
  page: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(1).describe('a whole number from 1'),
  pageSize: wholeNumber(1, 100).default(DEFAULT_PAGE_SIZE).describe('a whole number from 1 to 100'),
  search: z.string().max(100).optional().describe('a part of a name, up to 100 characters'),
  category: z.string().max(50).optional().describe('the name of a category, up to 50 characters'),
  sort: z
    .enum(productOrders)
    .optional()
    .describe(`one of ${productOrders.join(', ')}`),
})

const productPath = z.object({
  id: wholeNumber(0, LARGEST_INT).describe(`a whole number from 0 to ${LARGEST_INT}`),
})

export const url = '/products'

export function productsPage({ database, limits }: PageContext): Page {
  const products = createProducts(database, limits)
  return {
    url,
    title: 'Products',
    description: 'Rows of a table in Azure SQL.',
    access: { service: 'Azure SQL', role: 'SELECT', scope: 'the table dbo.Products' },
    sources: ['src/routes/products.ts#productRoutes', 'src/azure/products.ts#createProducts'],
    router: productRoutes(products),
    readiness: { name: 'sqlDatabase', check: (signal) => products.list({ page: 1, pageSize: 1 }, signal) },
    crawlable: false,
  }
}

function productRoutes(products: Products): Router {
  const router = Router()

  router.get('/', async (req, res) => {
    const query = parseQuery(listQuery, req.query)
    const { signal } = res.locals
    const { value, milliseconds } = await timed(() => products.list(query, signal))
    const { page, pageSize } = query
    const listed = { products: value.products, page, pageSize, total: value.total }
    await respond(res, 'products', listed, async () => {
      const categories = await products.categories(signal)
      return { milliseconds, ...productsViewModel(url, query, value.total, categories) }
    })
  })

  router.get('/:id', async (req, res) => {
    const { id } = parseQuery(productPath, req.params)
    const { value: product, milliseconds } = await timed(() => products.find(id, res.locals.signal))
    if (!product) throw createError(404, 'There is no such product.')
    await respond(res, 'product', product, () => ({ milliseconds, ...productViewModel(url, product) }))
  })

  return router
}
