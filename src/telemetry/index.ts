// Telemetry: traces, metrics and log lines for Application Insights, by OpenTelemetry. This file is loaded only when it is on.
import type { TokenCredential } from '@azure/identity'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { abortable } from '../azure/abortable.ts'
import type { Config } from '../config.ts'
import type { Limits } from '../limits.ts'
import type { Log } from '../log.ts'
import { createExporters, type Exporters } from './exporters.ts'
import { createIngestion } from './ingestion.ts'
import { sendLogLines } from './logs.ts'
import { measure, measureRequests } from './metrics.ts'
import { observeRequests } from './requests.ts'
import { createSampler } from './sampler.ts'
import { createStepSpans } from './spans.ts'

export type Telemetry = ReturnType<typeof startTelemetry>

interface Sources {
  credential: TokenCredential
  sql: Config['sql']
  limits: Limits
  log: Log
}

/**
 * Starts to collect and to send. Nothing that the ingestion endpoint does keeps a request waiting.
 *
 * @returns `requests`, the middleware that observes requests, and `close`, which sends what is left
 */
export function startTelemetry(
  settings: NonNullable<Config['telemetry']>,
  { credential, sql, limits, log }: Sources,
) {
  const ingestion = createIngestion(settings, credential, limits, log)
  const { spans, logs, metrics } = createProviders(
    createExporters(settings, ingestion),
    settings.samplingPercent,
    limits,
  )
  const tracer = spans.getTracer(NAME)
  const meter = metrics.getMeter(NAME)
  const stopMeasuring = measure(meter, sql.database)
  const stopLogLines = sendLogLines(logs.getLogger(NAME))

  return {
    requests: observeRequests(tracer, measureRequests(meter), createStepSpans(tracer, sql)),

    /** Sends what is left, for a limited time. */
    async close(): Promise<void> {
      const deadline = AbortSignal.timeout(limits.telemetryFlushMs)
      const ended = Promise.all([spans.shutdown(), logs.shutdown(), metrics.shutdown()])
      await abortable(ended, deadline).catch(() => {})
      stopMeasuring()
      stopLogLines()
      await ingestion.flush(deadline)
    },
  }
}

/** The name of the instrumentation scope. */
const NAME = 'keyless-express'

/** Longer texts are cut. */
const attributeLimits = { attributeValueLengthLimit: 8_192 }

/** OpenTelemetry's own queues. None can grow without limit: what does not fit is dropped. */
function createProviders(exporters: Exporters, samplingPercent: number, limits: Limits) {
  const queue = {
    scheduledDelayMillis: limits.telemetryDelayMs,
    maxQueueSize: limits.telemetryQueue,
    maxExportBatchSize: limits.telemetryBatch,
  }
  const reader = new PeriodicExportingMetricReader({
    exporter: exporters.metrics,
    exportIntervalMillis: limits.telemetryMetricsMs,
    exportTimeoutMillis: limits.telemetryMetricsMs,
  })
  return {
    spans: new BasicTracerProvider({
      sampler: createSampler(samplingPercent),
      spanLimits: attributeLimits,
      spanProcessors: [new BatchSpanProcessor(exporters.spans, queue)],
    }),
    logs: new LoggerProvider({
      logRecordLimits: attributeLimits,
      processors: [new BatchLogRecordProcessor({ ...queue, exporter: exporters.logs })],
    }),
    metrics: new MeterProvider({ readers: [reader] }),
  }
}
