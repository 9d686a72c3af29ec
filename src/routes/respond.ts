// How a route answers: with a page by default, with JSON for clients that prefer it.
import type { Response } from 'express'

/**
 * Answers with JSON when the Accept header prefers it, otherwise with a page. Sets `Vary: Accept`.
 *
 * @param view the template in `views/`
 * @param data the JSON, which the template sees too
 * @param viewModel gives what only the template needs, and is called for pages only
 */
export async function respond(
  res: Response,
  view: string,
  data: object,
  viewModel: () => object | Promise<object> = () => ({}),
): Promise<void> {
  res.vary('Accept')
  // What is shown changes at any time; a route that wants it stricter has said so before.
  if (!res.hasHeader('Cache-Control')) res.set('Cache-Control', 'private, no-cache')
  if (res.req.accepts(['html', 'json']) === 'json') res.json(data)
  else res.render(view, { ...data, ...(await viewModel()) })
}

/** Does some work and measures it. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now()
  const value = await work()
  return { value, milliseconds: performance.now() - started }
}
