// The addresses around a list of products: other pages, other orders, without the filter.
import type { Product, ProductOrder, ProductQuery } from '../azure/products.ts'

export const DEFAULT_PAGE_SIZE = 20

/**
 * What the page shows beside the products.
 *
 * @param url where the list is, such as `/products`
 */
export function productsViewModel(url: string, query: ProductQuery, total: number, categories: string[]) {
  const { page, pageSize } = query
  const pages = Math.max(1, Math.ceil(total / pageSize))
  return {
    query,
    // The visitor's own category stays in the list even when no product has it.
    categories: [...new Set([...categories, ...(query.category ? [query.category] : [])])],
    pages,
    columns: columns.map(({ title, by, className }) => ({ title, className, ...sortLink(url, query, by) })),
    keptPageSize: pageSize !== DEFAULT_PAGE_SIZE && pageSize,
    filtered: Boolean(query.search || query.category),
    firstUrl: listUrl(url, { ...query, page: 1 }),
    // From a page past the end, back to the last.
    previousUrl: page > 1 && listUrl(url, { ...query, page: Math.min(page - 1, pages) }),
    nextUrl: page < pages && listUrl(url, { ...query, page: page + 1 }),
  }
}

/** What the page of one product shows beside it. */
export function productViewModel(url: string, { category }: Product) {
  return { categoryUrl: `${url}?${new URLSearchParams({ category })}` }
}

const columns: { title: string; by: 'name' | 'category' | 'price'; className: string }[] = [
  { title: 'Name', by: 'name', className: 'name' },
  { title: 'Category', by: 'category', className: 'category' },
  { title: 'Price', by: 'price', className: 'number' },
]

// Each click on a column's title takes the next order: ascending, descending, then none.
function sortLink(base: string, query: ProductQuery, by: 'name' | 'category' | 'price') {
  const steps: Record<string, { sort?: ProductOrder; direction?: 'ascending' | 'descending' }> = {
    [by]: { sort: `-${by}`, direction: 'ascending' },
    [`-${by}`]: { direction: 'descending' },
  }
  const { sort, direction } = steps[query.sort ?? ''] ?? { sort: by }
  return { direction, url: listUrl(base, { ...query, sort, page: 1 }) }
}

function listUrl(base: string, { search, category, sort, pageSize, page }: ProductQuery): string {
  const filter = { ...(search && { search }), ...(category && { category }), ...(sort && { sort }) }
  return `${base}?${new URLSearchParams({ ...filter, pageSize: String(pageSize), page: String(page) })}`
}
