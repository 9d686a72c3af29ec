// Every deadline, limit and cache time, with its reason. They are passed as an argument, so that tests can use shorter ones.

export type Limits = typeof limits

export const limits = {
  /** Until the first byte of a response, including queue, token, login and query. People leave after about 10 s. */
  requestMs: 10_000,
  /** For all checks of /readyz together: load balancers and scripts that poll it often time out after 5 s. */
  readinessMs: 4_000,
  /** How long a good result of those checks is cached, because anybody can request them, and each queries three services. */
  readyMs: 5_000,
  /** How long a bad result is cached: short, so that scripts notice soon when the site becomes ready. */
  notReadyMs: 1_000,

  /** For one token. Shorter than `requestMs`, so that the visitor learns that the identity endpoint hangs. */
  tokenMs: 8_000,
  /** For this long after a request for a token, or a renewal, no other follows: App Service's endpoint throttles frequent ones. */
  tokenFailureMs: 5_000,

  /** How long the secret is cached: the vault limits reads, and a rotated secret should take effect soon. */
  secretMs: 5 * 60_000,
  /** For one read of the secret. */
  secretReadMs: 9_000,
  /** How long the cached secret stays in use while the vault cannot be reached. */
  secretStaleMs: 60 * 60_000,
  /** How long a vault that has just failed is not asked again. */
  secretRetryMs: 5_000,

  /** How often a signature that does not match makes the site ask the vault for a new version: anybody can send one. */
  signingKeyCheckMs: 30_000,
  /** The largest body of a delivery: 256 KiB. */
  deliveryBytes: 262_144,
  /** Bodies of deliveries that one instance receives and verifies at the same time: they take at most 13 MB of memory. */
  deliveryBodies: 50,
  /** How many ids of deliveries are remembered, in about 1 MB. */
  deliveryIds: 10_000,

  /** Simultaneous downloads of one instance: each uses a connection to Azure and about one mebibyte of memory. */
  downloads: 50,
  /** Simultaneous downloads of one client: as many connections as a browser opens to one host. */
  downloadsPerClient: 6,
  /** For the wait for a download slot. The rest of `requestMs` is for Azure, so that a 504 is never caused by the queue. */
  downloadQueueMs: 7_000,
  /** Slower readers lose their slot when others wait: half a megabit per second, less than a weak mobile connection. */
  slowBytesPerSecond: 64 * 1024,
  /** How long a reader may be slower: longer than a short network interruption, shorter than `downloadQueueMs`. */
  slowMs: 5_000,
  /** How often to check for slow readers while others wait. */
  slowCheckMs: 250,
  /** How many requests may wait for a download slot, and for a SQL connection. More would not be served in time. */
  waiting: 200,
  /** Up to this size, a document is read before its response starts: that takes less CPU time, and an error gets its page. */
  smallDocumentBytes: 64 * 1024,
  /** How long Azure may take between two chunks of a download. */
  stallMs: 15_000,
  /** How many times a broken download is resumed. */
  resumeRetries: 3,
  /**
   * How many bytes earn back one of those retries, so that a large document survives many breaks, and a connection that breaks
   * after every few bytes does not go on forever.
   */
  resumeRetryBytes: 16 * 1024,

  /** How many bytes of a text are displayed: enough to recognize it, and few enough to decode in memory. */
  previewTextBytes: 64 * 1024,
  /** The largest picture that is displayed. */
  previewImageBytes: 5 * 1024 * 1024,

  /** How long a running listing is shared with equal requests. Later ones start their own, because it may hang. */
  coalesceMs: 1_000,

  /** How long the categories of products are cached: a new one appears in the filter that much later. */
  categoriesMs: 60_000,
  /** SQL connections of one instance. infra/main.bicep checks that the database takes those of all instances. */
  sqlConnections: 10,
  /** Pauses between the logins that wake a paused database, which takes about a minute: short at first, then 10 s. */
  wakingDelaysMs: [2_000, 4_000, 8_000, ...Array<number>(15).fill(10_000)],
  /** For one SQL login. */
  sqlLoginMs: 9_000,
  /** When an idle SQL connection is closed. An open session keeps a serverless database awake, and billed. */
  sqlIdleMs: 60_000,

  /** For the headers of a request: a slower client may be a Slowloris attack. */
  headersMs: 15_000,
  /** For a whole request, with its body. */
  receiveMs: 60_000,
  /** When a connection without any traffic is closed: the reader has stopped reading. */
  silentReaderMs: 120_000,
  /** When an idle connection is closed: later than App Service's front end closes it, so that it never uses a closed one. */
  keepAliveMs: 125_000,

  /** How long spans and log lines are collected before they are sent together. */
  telemetryDelayMs: 5_000,
  /** How often metrics are sent: Azure Monitor shows them by the minute. */
  telemetryMetricsMs: 60_000,
  /** How many finished spans, and how many log lines, wait for that. More are dropped. */
  telemetryQueue: 2_048,
  /** How many of them are sent together: packing more would keep requests waiting for more than a few milliseconds. */
  telemetryBatch: 128,
  /** How much packed telemetry is kept while it cannot be sent: about an hour of one request a second. The oldest is dropped. */
  telemetryUnsentBytes: 4 * 1024 * 1024,
  /** For one request to the ingestion endpoint. */
  telemetrySendMs: 10_000,
  /** The longest pause after requests that failed, unless the endpoint asks for a longer one. */
  telemetryPauseMs: 60_000,
  /** For the last telemetry after SIGTERM. */
  telemetryFlushMs: 3_000,

  /** How long after the start the packages of Azure and SQL are loaded, when no request has come before. */
  preloadMs: 1_000,

  /** For running responses after SIGTERM. App Service kills the container 30 s after it (infra/modules/web.bicep). */
  drainMs: 25_000,
  /** The same when telemetry is on: what is left of `drainMs` is for sending the last of it. */
  telemetryDrainMs: 21_000,
  /** For a request that is on its way on an idle connection when SIGTERM arrives. */
  drainIdleMs: 1_000,
}
