// Items of telemetry, and which fields Azure wants of them:
// https://github.com/microsoft/ApplicationInsights-Home/tree/master/EndpointSpecs/Schemas/Bond

/** An item as it is sent: an envelope around a request, a dependency, a message, an exception or metrics. */
export interface TelemetryItem {
  name: string
  time: string
  iKey: string
  /** 100 when nothing is sampled out. */
  sampleRate?: number
  /** Trace and span (`ai.operation.id`, `ai.operation.parentId`), role, instance and more. */
  tags?: Record<string, string>
  data: { baseType: string; baseData: Record<string, unknown> }
}

type Fields = Record<string, unknown>

/** The fields without which Azure accepts no data of a type. */
const required: Record<string, string[]> = {
  RequestData: ['id', 'duration', 'responseCode'],
  RemoteDependencyData: ['name'],
  MessageData: ['message'],
  ExceptionData: ['exceptions'],
  ExceptionDetails: ['message'],
  MetricData: ['metrics'],
  EventData: ['name'],
}

/** Why Azure does not accept an item, or undefined when it does. */
export function problemOf(item: unknown, instrumentationKey: string): string | undefined {
  if (!isFields(item)) return 'The item is not a JSON object.'
  const missing = missingIn('Envelope', item, ['name', 'time', 'iKey', 'data'])
  if (missing) return missing
  if (item.iKey !== instrumentationKey) return 'Invalid instrumentation key'
  const { data } = item
  return isFields(data) ? problemOfData(data) : wrong('data', 'Envelope')
}

function problemOfData({ baseType, baseData }: Fields): string | undefined {
  if (typeof baseType !== 'string' || !required[baseType]) return wrong('baseType', 'Data')
  if (!isFields(baseData)) return wrong('baseData', 'Data')
  const { exceptions = [] } = baseData
  return (
    missingIn(baseType, baseData, required[baseType]) ??
    firstOf(exceptions, (each) => missingIn('ExceptionDetails', each, required.ExceptionDetails ?? []))
  )
}

function firstOf(values: unknown, find: (each: Fields) => string | undefined): string | undefined {
  if (!Array.isArray(values)) return undefined
  return values.map((each) => find(isFields(each) ? each : {})).find(Boolean)
}

function missingIn(type: string, fields: Fields, names: string[]): string | undefined {
  const missing = names.find((name) => fields[name] === undefined || fields[name] === '')
  return missing && wrong(missing, type)
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const wrong = (field: string, type: string) =>
  `109: Field '${field}' on type '${type}' is required but missing or empty. Expected: string, Actual: `
