/** More requests wait for the same thing than the site can hope to serve in time. */
export class BusyError extends Error {
  override name = 'BusyError'
}
