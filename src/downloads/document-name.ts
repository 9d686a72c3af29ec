// Names of documents in URLs. Names that could lead out of the container are rejected.
import type { Request } from 'express'
import createError from 'http-errors'

/**
 * Reads the name of the document from the path that follows the router's own. `%2F` is a slash in the name.
 *
 * @throws {HttpError} 400 for a name that is too long for a blob or could lead out of the container
 */
export function documentNameIn(req: Request): string {
  // Not from req.params, because the router splits the path at slashes, and a name may begin or end with one.
  const name = decodeURIComponent(req.path.slice(1))
  if (name.length > 1024) throw createError(400, 'name takes up to 1,024 characters.')
  if (!isPlain(name)) {
    throw createError(400, 'name takes no "." or ".." between slashes, no backslash and no NUL character.')
  }
  return name
}

/**
 * Builds the URL of a document, relative to the root.
 *
 * @param base the URL of the list, such as `/documents`
 */
export function documentUrl(base: string, name: string): string {
  // Browsers resolve dot segments. With encoded slashes, such a name arrives unchanged, and is rejected.
  const path = encodeURIComponent(name)
  return `${base}/${isPlain(name) ? path.replaceAll('%2F', '/') : path}`
}

function isPlain(name: string): boolean {
  const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/
  return !dotSegment.test(name) && !/[\\\0]/.test(name)
}
