// The envelopes of Application Insights, in which spans, log lines and metrics travel:
// https://github.com/microsoft/ApplicationInsights-Home/tree/master/EndpointSpecs/Schemas/Bond
import { hostname } from 'node:os'
import type { Config } from '../config.ts'

type Settings = NonNullable<Config['telemetry']>
export type Fields = Record<string, unknown>

export interface Envelope {
  name: string
  time: string
  iKey: string
  /** 25 when three of four such items were not sent: Azure counts this one four times. */
  sampleRate: number
  tags: Record<string, string>
  data: { baseType: string; baseData: Fields }
}

export interface Content {
  baseType: 'RequestData' | 'RemoteDependencyData' | 'MessageData' | 'ExceptionData' | 'MetricData'
  time: Date
  baseData: Fields
  sampleRate?: number | undefined
  /** The trace, the span that the item belongs to, and the name of the request. */
  tags?: Record<string, string> | undefined
}

/** Returns a function that puts content into an envelope with the name of the site. */
export function createEnvelopeFactory({ instrumentationKey, role, instance }: Settings) {
  const site = {
    'ai.cloud.role': role ?? 'keyless-express',
    'ai.cloud.roleInstance': instance ?? hostname(),
    'ai.internal.sdkVersion': `node${process.versions.node.split('.', 1)[0]}:otel2`,
    // Without it, Azure looks up where the sender is.
    'ai.location.ip': '0.0.0.0',
  }
  return ({ baseType, time, baseData, sampleRate = 100, tags }: Content): Envelope => ({
    name: `Microsoft.ApplicationInsights.${baseType.replace(/Data$/, '')}`,
    time: time.toISOString(),
    iKey: instrumentationKey,
    sampleRate,
    tags: { ...site, ...tags },
    data: { baseType, baseData: { ver: 2, ...baseData } },
  })
}
