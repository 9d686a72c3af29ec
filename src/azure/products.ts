// Azure SQL: the queries on dbo.Products. Values travel as parameters, never as text of the statement.
import { TYPES } from 'tedious'
import type { Database, Row, SqlParameters } from './database.ts'

export type Products = ReturnType<typeof createProducts>
export type Product = ReturnType<typeof toProduct>

export interface ProductQuery {
  /** From 1. */
  page: number
  pageSize: number
  /** Part of a name; case does not count. */
  search?: string | undefined
  category?: string | undefined
  /** By id without it. */
  sort?: ProductOrder | undefined
}

/** What products are sorted by; a hyphen in front turns the order round. */
export type ProductOrder = (typeof productOrders)[number]
export const productOrders = ['name', '-name', 'category', '-category', 'price', '-price'] as const

// A column cannot be a parameter, so the text of each order stands here. Id last: equal rows must not swap pages.
const orderBy: Record<ProductOrder, string> = {
  name: 'Name, Id',
  '-name': 'Name DESC, Id',
  category: 'Category, Id',
  '-category': 'Category DESC, Id',
  price: 'Price, Id',
  '-price': 'Price DESC, Id',
}

export function createProducts(database: Database) {
  return {
    /** Lists one page of products, and how many there are in all. A page past the end is empty. */
    async list({ page, pageSize, search, category, sort }: ProductQuery, signal: AbortSignal) {
      const conditions: string[] = []
      const parameters: SqlParameters = {}
      if (search) {
        conditions.push(`Name LIKE @search ESCAPE '\\'`)
        parameters.search = [TYPES.NVarChar, `%${literally(search)}%`]
      }
      if (category) {
        conditions.push('Category = @category')
        parameters.category = [TYPES.NVarChar, category]
      }
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''

      const order = sort ? orderBy[sort] : 'Id'

      return database.use(signal, async (query) => {
        const [count] = await query(`SELECT COUNT(*) AS Total FROM dbo.Products ${where}`, parameters)
        const rows = await query(
          `SELECT Id, Name, Category, Price FROM dbo.Products ${where} ORDER BY ${order} OFFSET @offset ROWS FETCH NEXT @pageSize ROWS ONLY`,
          {
            ...parameters,
            offset: [TYPES.Int, Math.min((page - 1) * pageSize, LARGEST_INT)],
            pageSize: [TYPES.Int, pageSize],
          },
        )
        return { products: rows.map(toProduct), total: Number(count?.Total) }
      })
    },

    /** Gives the name of each category that a product has, in order. */
    async categories(signal: AbortSignal): Promise<string[]> {
      return database.use(signal, async (query) => {
        const rows = await query('SELECT DISTINCT Category FROM dbo.Products ORDER BY Category')
        return rows.map(({ Category }) => String(Category))
      })
    },

    /** Gives one product, or undefined when there is none of that id. */
    async find(id: number, signal: AbortSignal): Promise<Product | undefined> {
      return database.use(signal, async (query) => {
        const [row] = await query('SELECT Id, Name, Category, Price FROM dbo.Products WHERE Id = @id', {
          id: [TYPES.Int, id],
        })
        return row && toProduct(row)
      })
    },
  }
}

/** The largest value of T-SQL's int, the type of Id. */
export const LARGEST_INT = 2 ** 31 - 1

// %, _ and [ are wildcards of LIKE: https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
function literally(text: string): string {
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
