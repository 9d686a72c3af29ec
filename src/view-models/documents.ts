// The folders around a list of documents. Blob Storage has none: a folder is what several names begin with.

interface Listing {
  documents: { name: string }[]
  next: string | null
}

interface Query {
  prefix: string
  limit: number
  cursor?: string | undefined
}

/**
 * What the page shows beside the documents: the path to where it is, the folders below, and the next page.
 *
 * @param url where the list is, such as `/documents`
 */
export function documentsViewModel(url: string, query: Query, { documents, next }: Listing) {
  const folder = query.prefix.slice(0, query.prefix.lastIndexOf('/') + 1)
  return {
    crumbs: crumbsTo(url, folder, query.limit),
    /** What names begin with below the folder, when the prefix ends within a name. */
    beginning: query.prefix.slice(folder.length),
    folders: foldersIn(documents, folder).map(({ path, count }) => ({
      name: path.slice(folder.length),
      url: listUrl(url, { prefix: path, limit: query.limit }),
      count,
    })),
    firstUrl: query.cursor && listUrl(url, { ...query, cursor: undefined }),
    nextUrl: next && listUrl(url, { ...query, cursor: next }),
  }
}

// Each crumb repeats the path to it, so a prefix of a thousand slashes would be a page of a megabyte.
const DEEPEST_CRUMBS = 8

function crumbsTo(base: string, folder: string, limit: number) {
  const crumbs = [{ name: 'All documents', url: listUrl(base, { prefix: '', limit }) }]
  let start = folder.length
  for (let depth = 0; depth < DEEPEST_CRUMBS && start > 0; depth += 1) {
    const end = start
    start = folder.lastIndexOf('/', end - 2) + 1
    crumbs.splice(1, 0, {
      name: folder.slice(start, end),
      url: listUrl(base, { prefix: folder.slice(0, end), limit }),
    })
  }
  // What lies between is one crumb, to the folder above the first that is named.
  if (start > 0)
    crumbs.splice(1, 0, { name: '…/', url: listUrl(base, { prefix: folder.slice(0, start), limit }) })
  return crumbs
}

function foldersIn(documents: { name: string }[], folder: string) {
  const counts = new Map<string, number>()
  for (const { name } of documents) {
    const slash = name.indexOf('/', folder.length)
    if (slash >= 0) counts.set(name.slice(0, slash + 1), (counts.get(name.slice(0, slash + 1)) ?? 0) + 1)
  }
  return [...counts].map(([path, count]) => ({ path, count }))
}

function listUrl(base: string, { prefix, limit, cursor }: Query): string {
  const parameters = new URLSearchParams({
    ...(prefix && { prefix }),
    ...(limit !== DEFAULT_LIMIT && { limit: String(limit) }),
    ...(cursor && { cursor }),
  })
  return parameters.size > 0 ? `${base}?${parameters}` : base
}

export const DEFAULT_LIMIT = 100
