// What the page of the categories shows beside them.
import type { Category } from '../azure/categories.ts'

export function categoriesViewModel(categories: Category[]) {
  return { total: categories.reduce((sum, { products }) => sum + products, 0) }
}
