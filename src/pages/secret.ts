// What the page of the secret says in words.
import type { KeptSecret } from '../azure/secret.ts'

/** @param openedAt when the visitor asked: a secret that was fetched before came from memory */
export function secretPage({ properties, fetchedAt, freshUntil }: KeptSecret, openedAt: Date) {
  const { expiresOn } = properties
  return {
    fetchedAt,
    freshUntil,
    fromMemory: fetchedAt < openedAt,
    /** The vault could not be reached, and what was kept serves on. */
    overdue: freshUntil <= openedAt && fetchedAt < openedAt,
    expired: expiresOn !== undefined && expiresOn <= openedAt,
  }
}
