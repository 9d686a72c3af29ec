/** Too many requests wait for the same resource: the site could not serve another one in time. */
export class BusyError extends Error {
  override name = 'BusyError'
}
