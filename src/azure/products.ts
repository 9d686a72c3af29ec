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
}

export function createProducts(database: Database) {
  return {
    /** Lists one page of products by id, and how many there are in all. A page past the end is empty. */
    async list({ page, pageSize, search, category }: ProductQuery, signal: AbortSignal) {
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

      return database.use(signal, async (query) => {
        const [count] = await query(`SELECT COUNT(*) AS Total FROM dbo.Products ${where}`, parameters)
        const rows = await query(
          `SELECT Id, Name, Category, Price FROM dbo.Products ${where} ORDER BY Id OFFSET @offset ROWS FETCH NEXT @pageSize ROWS ONLY`,
          {
            ...parameters,
            offset: [TYPES.Int, Math.min((page - 1) * pageSize, LARGEST_INT)],
            pageSize: [TYPES.Int, pageSize],
          },
        )
        return { products: rows.map(toProduct), total: Number(count?.Total) }
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
