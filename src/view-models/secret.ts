// What the page of the secret shows in addition to the properties.
import type { CachedSecret } from '../azure/secret.ts'
import { duration } from './format.ts'

/**
 * @param openedAt when the request arrived: a secret that was fetched before that came from the cache
 * @param milliseconds how long it took to read the secret
 */
export function secretViewModel(
  { properties, fetchedAt, freshUntil }: CachedSecret,
  openedAt: Date,
  milliseconds: number,
) {
  const fromMemory = fetchedAt < openedAt
  return {
    took: fromMemory ? '0 ms, from memory' : duration(milliseconds),
    fetchedAt,
    freshUntil,
    /** The vault could not be reached when the cached secret became too old. */
    stale: fromMemory && freshUntil <= openedAt,
    expired: properties.expiresOn !== undefined && properties.expiresOn <= openedAt,
  }
}
