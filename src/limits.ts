// Every deadline, limit and cache time, with its reason. Factories take them as an argument, so that tests can shorten them.

export type Limits = typeof limits

export const limits = {
  /** Until the first byte of an answer. Queueing, token, login and query all count; people leave after about 10 s. */
  requestMs: 10_000,
  /** For all checks of /readyz together: load balancers and scripts that poll it give up at 5 s. */
  readinessMs: 4_000,

  /** For one token. Shorter than a request, so that an identity that hangs gets its own answer. */
  tokenMs: 8_000,
  /** A failed token request is not repeated for this long: App Service's endpoint throttles those who insist. */
  tokenFailureMs: 5_000,

  /** A secret is read again after this: long enough to spare the vault, short enough for a rotation to arrive. */
  secretMs: 5 * 60_000,
  /** For one read of the secret, which all waiting requests share. */
  secretReadMs: 9_000,

  /** Open SQL connections of one instance: the smallest serverless database takes 30 at once, and instances add up. */
  sqlConnections: 10,
  /** For one SQL login. */
  sqlLoginMs: 9_000,
  /** An idle SQL connection is closed after this: an open session keeps a serverless database awake, and billed. */
  sqlIdleMs: 60_000,

  /** For running answers after SIGTERM. App Service kills the container 30 s after it (infra/modules/web.bicep). */
  drainMs: 25_000,
}
