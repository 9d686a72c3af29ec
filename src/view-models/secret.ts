// What the page of the secret says in words.
import type { KeptSecret } from '../azure/secret.ts'
import { duration } from './format.ts'

/**
 * @param openedAt when the visitor asked: a secret that was fetched before came from memory
 * @param milliseconds how long it took to get the secret
 */
export function secretViewModel(
  { properties, fetchedAt, freshUntil }: KeptSecret,
  openedAt: Date,
  milliseconds: number,
) {
  const fromMemory = fetchedAt < openedAt
  return {
    took: fromMemory ? 'not asked: it is in memory' : duration(milliseconds),
    fetchedAt,
    freshUntil,
    /** The vault could not be reached when it was time to ask again, and what was kept serves on. */
    overdue: fromMemory && freshUntil <= openedAt,
    expired: properties.expiresOn !== undefined && properties.expiresOn <= openedAt,
  }
}
