// Metrics as Application Insights takes them: sums, and of histograms the number, the sum, the least and the greatest value.
import {
  type DataPoint,
  DataPointType,
  type Histogram,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Content, Fields } from './envelopes.ts'
import { propertiesOf } from './span-envelopes.ts'

export function metricContents({ scopeMetrics }: ResourceMetrics): Content[] {
  const metrics = scopeMetrics.flatMap((scope) => scope.metrics)
  return metrics.flatMap(({ descriptor, dataPointType, dataPoints }) =>
    dataPoints.map((point): Content => {
      const isHistogram = dataPointType === DataPointType.HISTOGRAM
      const value = isHistogram
        ? histogramFields(point as DataPoint<Histogram>)
        : { value: point.value as number, count: 1 }
      return {
        baseType: 'MetricData',
        time: new Date(),
        baseData: {
          metrics: [{ name: descriptor.name, kind: 1, ...value }],
          properties: propertiesOf({ ...point.attributes }),
        },
      }
    }),
  )
}

function histogramFields({ value: { sum, count, min, max } }: DataPoint<Histogram>): Fields {
  return { value: sum, count, min, max }
}
