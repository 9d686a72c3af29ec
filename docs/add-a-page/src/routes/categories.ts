// List the categories of the products.
import { Router } from 'express'
import { createCategories } from '../azure/categories.ts'
import { categoriesViewModel } from '../view-models/categories.ts'
import type { Page, PageContext } from './page.ts'
import { respond, timed } from './respond.ts'

export const url = '/categories'

export function categoriesPage({ database }: PageContext): Page {
  const categories = createCategories(database)
  const router = Router()

  router.get('/', async (_req, res) => {
    const { value, milliseconds } = await timed(() => categories.list(res.locals.signal))
    await respond(res, 'categories', { categories: value }, () => ({
      milliseconds,
      ...categoriesViewModel(value),
    }))
  })

  return {
    url,
    title: 'Categories',
    description: 'How many products each category has.',
    access: { service: 'Azure SQL', role: 'SELECT', scope: 'the table dbo.Products' },
    sources: ['src/routes/categories.ts#categoriesPage', 'src/azure/categories.ts#createCategories'],
    router,
    crawlable: false,
  }
}
