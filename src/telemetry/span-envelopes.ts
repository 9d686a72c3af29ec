// Spans as requests and dependencies of Application Insights. The attributes have the names of OpenTelemetry's semantic
// conventions: https://opentelemetry.io/docs/specs/semconv/
import { type Attributes, type HrTime, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { hrTimeToMilliseconds } from '@opentelemetry/core'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Content, Fields } from './envelopes.ts'

/** The attribute of a span that tells the percentage of such spans that are sent. */
export const SAMPLE_RATE = '_MS.sampleRate'

/** Attributes that have a field of their own in a request or in a call. */
const OWN_FIELD = new Set([
  'http.request.method',
  'http.response.status_code',
  'url.scheme',
  'url.path',
  'url.full',
  'db.query.text',
])

/** Attributes that are in the URL, where there is one. */
const IN_URL = new Set(['server.address', 'server.port'])

export function spanContent(span: ReadableSpan): Content {
  const { attributes, parentSpanContext, startTime } = span
  const { traceId } = span.spanContext()
  const isRequest = span.kind === SpanKind.SERVER
  return {
    baseType: isRequest ? 'RequestData' : 'RemoteDependencyData',
    time: new Date(hrTimeToMilliseconds(startTime)),
    sampleRate: Number(attributes[SAMPLE_RATE] ?? 100),
    tags: {
      'ai.operation.id': traceId,
      ...(parentSpanContext && { 'ai.operation.parentId': parentSpanContext.spanId }),
      ...(isRequest && { 'ai.operation.name': span.name }),
    },
    baseData: { ...commonFields(span), ...(isRequest ? requestFields(attributes) : dependencyFields(span)) },
  }
}

function commonFields(span: ReadableSpan): Fields {
  return {
    id: span.spanContext().spanId,
    name: span.name,
    duration: timeSpan(span.duration),
    success: span.status.code !== SpanStatusCode.ERROR,
    properties: propertiesOf(withoutOwnFields(span.attributes)),
  }
}

function requestFields(attributes: Attributes): Fields {
  const { 'url.scheme': scheme, 'server.address': host, 'url.path': path } = attributes
  return {
    // 0 when the client has left before there was an answer.
    responseCode: String(attributes['http.response.status_code'] ?? 0),
    url: host ? `${scheme}://${host}${path}` : String(path),
  }
}

function dependencyFields({ name, kind, attributes }: ReadableSpan): Fields {
  const { 'server.address': host, 'server.port': port, 'db.namespace': database } = attributes
  if (kind === SpanKind.INTERNAL) return { type: 'InProc' }
  if (attributes['db.system.name']) {
    return {
      type: 'SQL',
      target: `${host}|${database}`,
      data: attributes['db.query.text'],
      resultCode: String(attributes['db.response.status_code'] ?? 0),
    }
  }
  const url = String(attributes['url.full'])
  return {
    name: `${name} ${new URL(url).pathname}`,
    type: 'Http',
    target: port ? `${host}:${port}` : host,
    data: url,
    resultCode: String(attributes['http.response.status_code'] ?? 0),
  }
}

/** Application Insights takes texts only. */
export function propertiesOf(attributes: Record<string, unknown>): Record<string, string> {
  const others = Object.entries(attributes).filter(([name]) => name !== SAMPLE_RATE)
  return Object.fromEntries(others.map(([name, value]) => [name, String(value)]))
}

function withoutOwnFields(attributes: Attributes): Attributes {
  const hasUrl = 'http.request.method' in attributes
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => !OWN_FIELD.has(name) && !(hasUrl && IN_URL.has(name))),
  )
}

/** A duration as .NET writes it: days, hours, minutes, seconds, and seven digits after the point. */
function timeSpan([seconds, nanoseconds]: HrTime): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const days = Math.floor(seconds / 86_400)
  const time = [two((seconds / 3_600) % 24), two((seconds / 60) % 60), two(seconds % 60)].join(':')
  return `${days > 0 ? `${days}.` : ''}${time}.${String(Math.floor(nanoseconds / 100)).padStart(7, '0')}`
}
