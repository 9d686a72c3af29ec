// Azure SQL: the queries on dbo.Products. Values are always parameters, never part of the SQL text.
import type { Limits } from '../limits.ts'
import { cached } from './cached.ts'
import type { Database, Row, SqlParameters } from './database.ts'
import { createSingleFlight } from './single-flight.ts'

export type Products = ReturnType<typeof createProducts>
export type Product = ReturnType<typeof toProduct>

export interface ProductQuery {
  /** From 1. */
  page: number
  pageSize: number
  /** Part of a name; not case-sensitive. */
  search?: string | undefined
  category?: string | undefined
  /** By id if it is missing. */
  sort?: ProductOrder | undefined
}

/** What products are sorted by; a leading hyphen means descending. */
export type ProductOrder = (typeof productOrders)[number]
export const productOrders = ['name', '-name', 'category', '-category', 'price', '-price'] as const

// A column name cannot be a parameter. Id comes last, so that rows with equal values have a stable order across pages.
const orderBy: Record<ProductOrder, string> = {
  name: 'Name, Id',
  '-name': 'Name DESC, Id',
  category: 'Category, Id',
  '-category': 'Category DESC, Id',
  price: 'Price, Id',
  '-price': 'Price DESC, Id',
}

export function createProducts(database: Database, limits: Limits) {
  const categories = cached('the categories', limits.categoriesMs, limits, (signal) =>
    database.use(signal, async (query) => {
      const rows = await query('SELECT DISTINCT Category FROM dbo.Products ORDER BY Category')
      return rows.map(({ Category }) => String(Category))
    }),
  )

  const coalesce = createSingleFlight<Awaited<ReturnType<typeof listPage>>>(limits)

  return {
    /**
     * Lists one page of products, with the total number of them. A page past the end is empty. Equal requests at the same time
     * share one query, so that many visitors of one page need one connection.
     */
    list(query: ProductQuery, signal: AbortSignal) {
      const { page, pageSize, search, category, sort } = query
      const key = JSON.stringify([page, pageSize, search, category, sort])
      return coalesce(key, signal, (shared) => listPage(query, shared))
    },

    /** Lists the names of the categories that products have, in order. They are cached, because they seldom change. */
    categories,

    /** Finds one product, or undefined if there is none with that id. */
    async find(id: number, signal: AbortSignal): Promise<Product | undefined> {
      return database.use(signal, async (query) => {
        const [row] = await query('SELECT Id, Name, Category, Price FROM dbo.Products WHERE Id = @id', {
          id: ['Int', id],
        })
        return row && toProduct(row)
      })
    },
  }

  async function listPage({ page, pageSize, search, category, sort }: ProductQuery, signal: AbortSignal) {
    const conditions: string[] = []
    const parameters: SqlParameters = {}
    if (search) {
      conditions.push(`Name LIKE @search ESCAPE '\\'`)
      parameters.search = ['NVarChar', `%${escapeLike(search)}%`]
    }
    if (category) {
      conditions.push('Category = @category')
      parameters.category = ['NVarChar', category]
    }
    const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''

    const order = sort ? orderBy[sort] : 'Id'

    // One round trip. COUNT(*) OVER () would give no total for a page past the end.
    return database.use(signal, async (_query, batch) => {
      const [[count] = [], rows = []] = await batch(
        `SELECT COUNT(*) AS Total FROM dbo.Products${where};
SELECT Id, Name, Category, Price FROM dbo.Products${where} ORDER BY ${order} OFFSET @offset ROWS FETCH NEXT @pageSize ROWS ONLY`,
        {
          ...parameters,
          offset: ['Int', Math.min((page - 1) * pageSize, LARGEST_INT)],
          pageSize: ['Int', pageSize],
        },
      )
      return { products: rows.map(toProduct), total: Number(count?.Total) }
    })
  }
}

/** The largest value of T-SQL's int, the type of Id. */
export const LARGEST_INT = 2 ** 31 - 1

// %, _ and [ are wildcards of LIKE: https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
function escapeLike(text: string): string {
  return text.replace(/[\\%_[]/g, '\\$&')
}

function toProduct(row: Row) {
  return {
    id: Number(row.Id),
    name: String(row.Name),
    category: String(row.Category),
    price: Number(row.Price),
  }
}
