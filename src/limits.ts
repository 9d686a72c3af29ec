// Every deadline, limit and cache time, with its reason. Factories take them as an argument, so that tests can shorten them.

export type Limits = typeof limits

export const limits = {
  /** Until the first byte of an answer. Queueing, token, login and query all count; people leave after about 10 s. */
  requestMs: 10_000,
  /** For all checks of /readyz together: load balancers and scripts that poll it give up at 5 s. */
  readinessMs: 4_000,
  /** How long the result of those checks serves all who ask: anybody may, and each check costs Azure three requests. */
  readyMs: 5_000,
  /** The same for a bad one: whoever waits for the site to be ready should not wait much longer than it takes. */
  notReadyMs: 1_000,

  /** For one token. Shorter than a request, so that an identity that hangs gets its own answer. */
  tokenMs: 8_000,
  /** A failed token request is not repeated for this long: App Service's endpoint throttles those who insist. */
  tokenFailureMs: 5_000,

  /** A secret is read again after this: long enough to spare the vault, short enough for a rotation to arrive. */
  secretMs: 5 * 60_000,
  /** For one read of the secret, which all waiting requests share. */
  secretReadMs: 9_000,
  /** How long a secret serves after its last read while the vault cannot be reached: an outage, not a working day. */
  secretStaleMs: 60 * 60_000,
  /** How long nobody else waits for a vault that has just failed. */
  secretRetryMs: 5_000,

  /** Downloads at a time, per instance: each holds a connection to Azure and about a mebibyte. */
  downloads: 50,
  /** Downloads at a time of one client: as many as a browser has connections to one host, all its tabs together. */
  downloadsPerClient: 6,
  /** For the turn of a download. The rest of `requestMs` is for Azure, so that a 504 never blames it for the queue. */
  downloadTurnMs: 7_000,
  /** Slower readers make room for others: half a megabit a second, less than a weak mobile connection gives. */
  slowBytesPerSecond: 64 * 1024,
  /** Over how long that is measured: long enough for a hiccup of a network, shorter than others wait for their turn. */
  slowMs: 5_000,
  /** How often slow readers are looked for while others wait. */
  slowCheckMs: 250,
  /** Requests that may wait for a download or a SQL connection. More would only wait for their deadline. */
  waiting: 200,
  /** Between two pieces of a download. */
  stallMs: 15_000,
  /** How often the rest of a broken download is asked for. */
  resumes: 3,
  /**
   * What earns one of those attempts back, so that a large document survives many breaks. An attempt that brings less
   * costs more than it gives: a connection that breaks after every byte is given up.
   */
  resumeBytes: 16 * 1024,

  /** A listing is shared with those who ask for the same this soon after. Later ones ask anew: it may never answer. */
  shareMs: 1_000,

  /** Open SQL connections of one instance: the smallest serverless database takes 30 at once, and instances add up. */
  sqlConnections: 10,
  /** Between the attempts to wake a paused database, which takes about a minute: quick at first, then every 10 s. */
  wakingDelaysMs: [2_000, 4_000, 8_000, ...Array<number>(15).fill(10_000)],
  /** For one SQL login. */
  sqlLoginMs: 9_000,
  /** An idle SQL connection is closed after this: an open session keeps a serverless database awake, and billed. */
  sqlIdleMs: 60_000,

  /** For the headers of a request, once it has begun: slower ones hold connections on purpose. */
  headersMs: 15_000,
  /** For a whole request. There are no bodies to send here. */
  receiveMs: 30_000,
  /** A connection on which nothing has moved is cut: a reader who stopped reading. */
  silentReaderMs: 120_000,
  /** An idle connection is kept a little longer than App Service's front end keeps its end, so that it never meets a closed one. */
  keepAliveMs: 125_000,

  /** For running answers after SIGTERM. App Service kills the container 30 s after it (infra/modules/web.bicep). */
  drainMs: 25_000,
  /** For a request that is on its way on an idle connection when SIGTERM comes. */
  drainIdleMs: 1_000,
}
