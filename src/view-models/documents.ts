// The folders and links of a list of documents. Blob Storage has no folders: a folder is a common prefix of several names.

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
 * What the page shows in addition to the documents: breadcrumbs, folders, and the link to the next page.
 *
 * @param url the URL of the list, such as `/documents`
 */
export function documentsViewModel(url: string, query: Query, { documents, next }: Listing) {
  const folder = query.prefix.slice(0, query.prefix.lastIndexOf('/') + 1)
  return {
    crumbs: crumbsTo(url, folder, query.limit),
    /** The part of the prefix after the folder: names begin with it. */
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

// Each crumb links to its whole path, so without a limit, a prefix of a thousand slashes would make a page of a megabyte.
const MAX_CRUMBS = 8

function crumbsTo(base: string, folder: string, limit: number) {
  const crumbs = [{ name: 'All documents', url: listUrl(base, { prefix: '', limit }) }]
  let start = folder.length
  for (let depth = 0; depth < MAX_CRUMBS && start > 0; depth += 1) {
    const end = start
    start = folder.lastIndexOf('/', end - 2) + 1
    crumbs.splice(1, 0, {
      name: folder.slice(start, end),
      url: listUrl(base, { prefix: folder.slice(0, end), limit }),
    })
  }
  // One crumb stands for the folders in between. It links to the last of them.
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
