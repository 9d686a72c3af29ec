// Documents in URLs: any blob name, and only names that stay in the container.
import type { Request } from 'express'
import createError from 'http-errors'

/**
 * Reads the document's name from the path, below the router's own. `%2F` is a slash of the name.
 *
 * @throws {HttpError} 400 for a name that is too long for a blob or could lead out of the container
 */
export function documentNameIn(req: Request): string {
  // The raw path, because a router splits it at slashes, and a slash may begin or end a name.
  const name = decodeURIComponent(req.path.slice(1))
  if (name.length > 1024) throw createError(400, 'name takes up to 1,024 characters.')
  if (!isPlain(name)) {
    throw createError(400, 'name takes no "." or ".." between slashes, no backslash and no NUL character.')
  }
  return name
}

/**
 * The root-relative URL of a document.
 *
 * @param base where documents are, such as `/documents`
 */
export function documentUrl(base: string, name: string): string {
  // A browser resolves dot segments before it asks; with its slashes encoded, the name arrives as it is, to be refused.
  const path = encodeURIComponent(name)
  return `${base}/${isPlain(name) ? path.replaceAll('%2F', '/') : path}`
}

function isPlain(name: string): boolean {
  const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/
  return !dotSegment.test(name) && !/[\\\0]/.test(name)
}
