// Metrics, with the names of OpenTelemetry's semantic conventions where there is one.
import type { Channel } from 'node:diagnostics_channel'
import type { Attributes, Histogram, Meter } from '@opentelemetry/api'
import {
  type ConnectionReport,
  memoryReads,
  poolUse,
  sharedWork,
  sqlConnections,
  type TokenReport,
  tokenRequests,
  type UseReport,
} from '../azure/reports.ts'
import { measureEventLoop } from './event-loop.ts'

type Unsubscribe = () => void

/**
 * Measures what the clients report, and the event loop.
 *
 * @param database the name of the pool of connections
 * @returns a function that ends it
 */
export function measure(meter: Meter, database: string): Unsubscribe {
  const parts = [
    measureTokens(meter),
    measurePools(meter, database),
    measureWaits(meter, database),
    measureHits(meter),
  ]
  const stopEventLoop = measureEventLoop(meter)
  return () => {
    for (const stop of [...parts, stopEventLoop]) stop()
  }
}

/** The duration of requests, which is recorded with their spans. */
export function measureRequests(meter: Meter): Histogram {
  return meter.createHistogram('http.server.request.duration', { unit: 's', ...withoutBuckets })
}

/** Azure keeps of a histogram no more than the number, the sum, the least and the greatest value. */
const withoutBuckets = { advice: { explicitBucketBoundaries: [] } }

function measureTokens(meter: Meter): Unsubscribe {
  const requests = meter.createCounter('keyless_express.token.requests', {
    description:
      'Requests for a token, with their result: failed, from memory, or issued by the identity endpoint.',
    unit: '{request}',
  })
  const latest = new Map<string, string>()
  return listen(tokenRequests.end, ({ audience, fingerprint, failure }: TokenReport) => {
    const known = fingerprint !== undefined && latest.get(audience) === fingerprint
    if (fingerprint) latest.set(audience, fingerprint)
    const result = failure || !fingerprint ? 'failed' : known ? 'memory' : 'issued'
    requests.add(1, {
      'keyless_express.token.audience': audience,
      'keyless_express.token.result': result,
      ...(failure && { 'error.type': failure.name }),
    })
  })
}

function measurePools(meter: Meter, database: string): Unsubscribe {
  const latest = new Map<UseReport['what'], UseReport>()
  const pool = { 'db.client.connection.pool.name': database }
  const observe =
    (what: UseReport['what'], more: Attributes = {}) =>
    (name: string, unit: string, read: (use: UseReport) => number, attributes: Attributes = {}) => {
      const counter = meter.createObservableUpDownCounter(name, { unit })
      counter.addCallback((result) => {
        const use = latest.get(what)
        if (use) result.observe(read(use), { ...more, ...attributes })
      })
    }

  const connections = observe('sql-connections', pool)
  const state = (value: string) => ({ 'db.client.connection.state': value })
  connections('db.client.connection.count', '{connection}', ({ used }) => used, state('used'))
  connections('db.client.connection.count', '{connection}', ({ idle }) => idle, state('idle'))
  connections('db.client.connection.max', '{connection}', ({ max }) => max)
  connections('db.client.connection.pending_requests', '{request}', ({ waiting }) => waiting)
  const downloads = observe('downloads')
  downloads('keyless_express.downloads.active', '{download}', ({ used }) => used)
  downloads('keyless_express.downloads.waiting', '{download}', ({ waiting }) => waiting)
  downloads('keyless_express.downloads.max', '{download}', ({ max }) => max)
  return listen(poolUse, (use) => latest.set(use.what, use))
}

function measureWaits(meter: Meter, database: string): Unsubscribe {
  const waits = meter.createHistogram('db.client.connection.wait_time', { unit: 's', ...withoutBuckets })
  const started = new WeakMap<ConnectionReport, number>()
  const stops = [
    listen(sqlConnections.start, (report) => started.set(report, performance.now())),
    listen(sqlConnections.end, (report) => {
      const seconds = (performance.now() - (started.get(report) ?? performance.now())) / 1_000
      waits.record(seconds, { 'db.client.connection.pool.name': database })
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function measureHits(meter: Meter): Unsubscribe {
  const hits = meter.createCounter('keyless_express.cache.hits', {
    description:
      'Requests for which no service was asked: it was in memory, or an equal request was running.',
    unit: '{hit}',
  })
  const stops = [
    listen(memoryReads, ({ what }) =>
      hits.add(1, { 'keyless_express.cache.source': 'memory', 'keyless_express.cache.item': what }),
    ),
    listen(sharedWork.end, ({ what }) =>
      hits.add(1, { 'keyless_express.cache.source': 'shared', 'keyless_express.cache.item': what }),
    ),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

function listen<Report>(channel: Channel<unknown, Report>, hear: (report: Report) => void): Unsubscribe {
  const listener = (message: unknown) => hear(message as Report)
  channel.subscribe(listener)
  return () => void channel.unsubscribe(listener)
}
