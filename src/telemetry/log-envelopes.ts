// Log records as messages and exceptions of Application Insights.
import type { AnyValueMap } from '@opentelemetry/api-logs'
import { hrTimeToMilliseconds } from '@opentelemetry/core'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { Content, Fields } from './envelopes.ts'
import { propertiesOf, SAMPLE_RATE } from './span-envelopes.ts'

export function logContent({
  hrTime,
  spanContext,
  body,
  attributes,
  severityNumber,
}: ReadableLogRecord): Content {
  const message = String(body)
  const severityLevel = severityLevelOf(severityNumber ?? 0)
  const exceptions = exceptionsIn(attributes)
  const { 'exception.type': _, 'exception.message': __, 'exception.stacktrace': ___, ...others } = attributes
  return {
    baseType: exceptions ? 'ExceptionData' : 'MessageData',
    time: new Date(hrTimeToMilliseconds(hrTime)),
    sampleRate: Number(attributes[SAMPLE_RATE] ?? 100),
    tags: spanContext && {
      'ai.operation.id': spanContext.traceId,
      'ai.operation.parentId': spanContext.spanId,
    },
    baseData: exceptions
      ? { exceptions, severityLevel, properties: propertiesOf({ message, ...others }) }
      : { message, severityLevel, properties: propertiesOf(others) },
  }
}

function exceptionsIn(attributes: AnyValueMap): Fields[] | undefined {
  const typeName = attributes['exception.type']
  if (!typeName) return undefined
  const stack = attributes['exception.stacktrace']
  return [
    { typeName, message: attributes['exception.message'] || typeName, stack, hasFullStack: Boolean(stack) },
  ]
}

/** Four numbers of OpenTelemetry for each level, from trace (1) to fatal (24). */
function severityLevelOf(severityNumber: number): string {
  if (severityNumber < 9) return 'Verbose'
  return ['Information', 'Warning', 'Error', 'Critical'][Math.floor((severityNumber - 9) / 4)] ?? 'Critical'
}
