// Where OpenTelemetry hands over what it has collected. It is taken at once, and sent by ingestion.ts.
import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { AggregationTemporality, InstrumentType, type ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Config } from '../config.ts'
import { type Content, createEnvelopeFactory } from './envelopes.ts'
import type { Ingestion } from './ingestion.ts'
import { logContent } from './log-envelopes.ts'
import { metricContents } from './metric-envelopes.ts'
import { spanContent } from './span-envelopes.ts'

export type Exporters = ReturnType<typeof createExporters>

export function createExporters(settings: NonNullable<Config['telemetry']>, ingestion: Ingestion) {
  const toEnvelope = createEnvelopeFactory(settings)
  const exporterOf = <Collected>(contentsOf: (collected: Collected) => Content[]) => ({
    export(collected: Collected, done: (result: ExportResult) => void): void {
      const contents = contentsOf(collected)
      if (contents.length > 0) ingestion.add(contents.map(toEnvelope))
      done({ code: ExportResultCode.SUCCESS })
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  })
  return {
    spans: exporterOf((spans: ReadableSpan[]) => spans.map(spanContent)),
    logs: exporterOf((records: ReadableLogRecord[]) => records.map(logContent)),
    metrics: {
      ...exporterOf((metrics: ResourceMetrics) => metricContents(metrics)),
      // Azure adds up what it gets. What goes up and down is a level, not a difference.
      selectAggregationTemporality: (type: InstrumentType) =>
        UP_AND_DOWN.includes(type) ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA,
    },
  }
}

const UP_AND_DOWN = [InstrumentType.UP_DOWN_COUNTER, InstrumentType.OBSERVABLE_UP_DOWN_COUNTER]
