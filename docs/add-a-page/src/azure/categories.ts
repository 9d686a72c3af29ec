// Azure SQL: how many products each category has.
import type { Database } from './database.ts'

export type Categories = ReturnType<typeof createCategories>
export type Category = Awaited<ReturnType<Categories['list']>>[number]

export function createCategories(database: Database) {
  return {
    /** Lists the categories in the order of their names. */
    async list(signal: AbortSignal) {
      return database.use(signal, async (query) => {
        const rows = await query(
          'SELECT Category, COUNT(*) AS Products FROM dbo.Products GROUP BY Category ORDER BY Category',
        )
        return rows.map((row) => ({ name: String(row.Category), products: Number(row.Products) }))
      })
    },
  }
}
