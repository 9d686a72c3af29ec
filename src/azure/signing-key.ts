// The key that deliveries to the webhook are signed with: the secret in Key Vault, and the version before it for some time.
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { abortable } from './abortable.ts'
import type { CachedSecret, Secret } from './secret.ts'

export type SigningKey = ReturnType<typeof createSigningKey>

export function createSigningKey(
  secret: Secret,
  { rotationGraceMinutes }: Config['webhook'],
  { signingKeyCheckMs }: Pick<Limits, 'signingKeyCheckMs'>,
  log: Log,
) {
  let latest: CachedSecret | undefined
  let previous: { value: string | undefined; validUntilMs: number } | undefined
  let check: Promise<CachedSecret | undefined> | undefined
  let checkedAtMs = Number.NEGATIVE_INFINITY

  // Every read counts, including those of the page and of /readyz: what the site has read is known.
  secret.onRead((read) => {
    if (latest && latest.value() !== read.value()) {
      previous = { value: latest.value(), validUntilMs: endOfPrevious(read, rotationGraceMinutes) }
    }
    latest = read
  })

  return {
    /**
     * Whether a delivery was signed with the secret, or with its previous version within `rotationGraceMinutes`.
     *
     * The previous version stays valid although it may be disabled in the vault by now, so that senders can change their key
     * after the vault. A stolen key is therefore valid for that time, too. Only a restart of the site ends it sooner.
     *
     * @param isSigned tells whether the delivery was signed with one of these keys
     * @throws the error of the vault if there is no current key to compare with
     */
    async verify(isSigned: (keys: string[]) => boolean, signal: AbortSignal): Promise<boolean> {
      try {
        const current = keysIn(await secret.read(signal))
        if (current.length === 0) throw new Error('The secret is empty. Anybody could sign with it.')
        if (isSigned([...current, ...previousKeys()])) return true
      } catch (error) {
        if (isSigned(previousKeys())) return true
        throw error
      }
      return isSigned(keysIn(await checkForNewVersion(signal)))
    },
  }

  function previousKeys(): string[] {
    return previous?.value && performance.now() < previous.validUntilMs ? [previous.value] : []
  }

  /**
   * Reads the secret again, because a signature that does not match may have been made with a new version. Once in a while
   * only: anybody can send such signatures.
   */
  async function checkForNewVersion(signal: AbortSignal): Promise<CachedSecret | undefined> {
    if (performance.now() - checkedAtMs >= signingKeyCheckMs) {
      checkedAtMs = performance.now()
      // All deliveries that wait share it, so the signal of one must not end it.
      check = secret
        .refresh(new AbortController().signal)
        .catch((error: unknown) => {
          log.warn({ err: error }, 'could not check for a new version of the signing key')
          return undefined
        })
        .finally(() => {
          check = undefined
        })
    }
    // Without a result, the keys that are known decide.
    return check && abortable(check, signal).catch(() => undefined)
  }
}

function keysIn(secret: CachedSecret | undefined): string[] {
  const value = secret?.value()
  return value ? [value] : []
}

/**
 * Until when the version before this one is valid, in the time of performance.now(). Counted from the creation of this one,
 * which the site may read much later.
 */
function endOfPrevious({ properties: { createdOn = new Date() } }: CachedSecret, minutes: number): number {
  const age = Math.max(0, Date.now() - createdOn.getTime())
  return performance.now() + minutes * 60_000 - age
}
