// Responds with a page by default, and with JSON to clients that prefer it.
import type { Request, Response } from 'express'

/**
 * Responds with JSON if the Accept header prefers it, otherwise with a page. Sets `Vary: Accept`.
 *
 * @param view the template in `views/`
 * @param data the JSON response, whose properties the template can use too
 * @param viewModel returns what only the template needs; called for pages only
 */
export async function respond(
  res: Response,
  view: string,
  data: object,
  viewModel: () => object | Promise<object> = () => ({}),
): Promise<void> {
  res.vary('Accept')
  // The data can change at any time. A route may have set a stricter header before.
  if (!res.hasHeader('Cache-Control')) res.set('Cache-Control', 'private, no-cache')
  if (prefersJson(res.req)) res.json(data)
  else res.render(view, { ...data, ...(await viewModel()) })
}

/** Whether the Accept header prefers JSON to a page. */
export function prefersJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json'
}

/** Measures how long `work` takes. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now()
  const value = await work()
  return { value, milliseconds: performance.now() - started }
}
