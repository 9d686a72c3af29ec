// Short-lived tokens, and a clock for the site, so that a test sees them end without waiting.
import type { TestContext } from 'node:test'
import type { LocalCloud } from 'local-cloud'

const day = 24 * 60 * 60 * 1000

// Each test begins when all tokens of earlier tests have ended, because the credential caches them for the life of the process.
let start = Date.now()

/**
 * Lets all tokens live for some seconds from now on, and stops the site's clock. Timers and the local cloud, with its clock of its
 * own, go on.
 */
export function useShortTokens(t: TestContext, { identity }: LocalCloud, lifetimeSeconds: number) {
  const realNow = Date.now()
  start += 2 * day
  t.mock.timers.enable({ apis: ['Date'], now: start })
  const lifetime = identity.tokenLifetimeSeconds
  identity.tokenLifetimeSeconds = Math.round((start - realNow) / 1000) + lifetimeSeconds
  t.after(() => {
    identity.tokenLifetimeSeconds = lifetime
  })
  return {
    /** Sets the site's clock to so many seconds after the beginning of the test. */
    setClock: (seconds: number) => t.mock.timers.setTime(start + seconds * 1000),
  }
}
