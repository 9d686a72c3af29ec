// The folders and links of a list of documents, and what the page of one shows. Blob Storage has no folders: a folder is a common
// prefix of several names.
import type { Document } from '../azure/documents.ts'
import { documentUrl } from '../downloads/document-name.ts'
import type { Preview } from '../downloads/preview.ts'
import { fileName, folder as folderOf } from './format.ts'

interface Listing {
  /** Prefixes of names that end with a slash. */
  folders: string[]
  next: string | null
}

interface Query {
  prefix: string
  limit: number
  cursor?: string | undefined
}

/** A document as JSON lists it. */
export function toListed(base: string, { name, size, contentType, lastModified, etag }: Document) {
  return {
    name,
    size,
    contentType,
    lastModified: lastModified.toISOString(),
    etag,
    url: documentUrl(base, name),
  }
}

/**
 * What the page of the list shows in addition to the documents: breadcrumbs, folders, and the link to the next page.
 *
 * @param url the URL of the list, such as `/documents`
 */
export function documentsViewModel(url: string, query: Query, { folders, next }: Listing) {
  const folder = query.prefix.slice(0, query.prefix.lastIndexOf('/') + 1)
  return {
    crumbs: crumbsTo(url, folder, query.limit),
    folder,
    /** The part of the prefix after the folder: names begin with it. */
    beginning: query.prefix.slice(folder.length),
    folders: folders.map((path) => ({
      name: path.slice(folder.length),
      url: listUrl(url, { prefix: path, limit: query.limit }),
    })),
    firstUrl: query.cursor && listUrl(url, { ...query, cursor: undefined }),
    nextUrl: next && listUrl(url, { ...query, cursor: next }),
  }
}

/**
 * What the page of one document shows in addition to its properties.
 *
 * @param origin the address of the site, for commands that are copied to a terminal
 */
export function documentViewModel(base: string, document: Document, preview: Preview, origin: string) {
  const { name, etag, size } = document
  const url = documentUrl(base, name)
  const output = `-o ${shellQuoted(savedAs(name))}`
  const address = shellQuoted(origin + url)
  return {
    crumbs: crumbsTo(base, folderOf(name), DEFAULT_LIMIT),
    fileName: fileName(name),
    preview,
    previewUrl: `${url}?preview`,
    /** How many bytes of the document the preview leaves out. */
    leftOut: preview.kind === 'none' ? 0 : size - 1 - preview.range.end,
    downloadCommand: `curl --fail ${output} ${address}`,
    // If-Match, because the rest of another version would make a file that never existed.
    resumeCommand: `curl --fail -C - -H ${shellQuoted(`If-Match: ${etag}`)} ${output} ${address}`,
  }
}

/** The file name for a terminal, where control characters have effects, and a leading hyphen can mean standard output. */
function savedAs(name: string): string {
  const plain = fileName(name).replaceAll(/[\p{Cc}\p{Cf}/]/gu, '_')
  return plain.startsWith('-') ? `./${plain}` : plain
}

/** Quotes a text for the shells of Linux and macOS. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
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

function listUrl(base: string, { prefix, limit, cursor }: Query): string {
  const parameters = new URLSearchParams({
    ...(prefix && { prefix }),
    ...(limit !== DEFAULT_LIMIT && { limit: String(limit) }),
    ...(cursor && { cursor }),
  })
  return parameters.size > 0 ? `${base}?${parameters}` : base
}

export const DEFAULT_LIMIT = 100
