// The links of a list of products: other pages, and other orders.
import type { Product, ProductOrder, ProductQuery } from '../azure/products.ts'

export const DEFAULT_PAGE_SIZE = 20

/**
 * What the page shows in addition to the products.
 *
 * @param url the URL of the list, such as `/products`
 */
export function productsViewModel(url: string, query: ProductQuery, total: number, categories: string[]) {
  const { page, pageSize } = query
  const pages = Math.max(1, Math.ceil(total / pageSize))
  return {
    query,
    // Keep the selected category in the list, even when no product has it.
    categories: [...new Set([...categories, ...(query.category ? [query.category] : [])])],
    pages,
    columns: columns.map(({ title, by, className }) => ({ title, className, ...sortLink(url, query, by) })),
    keptPageSize: pageSize !== DEFAULT_PAGE_SIZE && pageSize,
    filtered: Boolean(query.search || query.category),
    firstUrl: listUrl(url, { ...query, page: 1 }),
    // A page past the end links back to the last page.
    previousUrl: page > 1 && listUrl(url, { ...query, page: Math.min(page - 1, pages) }),
    nextUrl: page < pages && listUrl(url, { ...query, page: page + 1 }),
  }
}

/** What the page of one product shows in addition to it. */
export function productViewModel(url: string, { category }: Product) {
  return { categoryUrl: `${url}?${new URLSearchParams({ category })}` }
}

type Column = 'id' | 'name' | 'category' | 'price'

const columns: { title: string; by: Column; className: string }[] = [
  { title: 'Number', by: 'id', className: 'id' },
  { title: 'Name', by: 'name', className: 'name' },
  { title: 'Category', by: 'category', className: 'category' },
  { title: 'Price', by: 'price', className: 'number' },
]

// Each click on the title of a column switches to the next order: ascending, descending, the default one by number.
function sortLink(base: string, query: ProductQuery, by: Column) {
  if (by === 'id') {
    const direction = query.sort ? undefined : 'ascending'
    return { direction, url: listUrl(base, { ...query, sort: undefined, page: 1 }) }
  }
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
