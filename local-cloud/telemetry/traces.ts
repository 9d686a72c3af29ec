// Traces, put together from the items of telemetry: a request, and below it the calls and log lines that belong to it.
import type { TelemetryItem } from './items.ts'

/** A request, a call, or a line of the log. */
export interface TraceNode {
  id: string
  at: Date
  /** Method and route, the name of a call, or the text of a line. */
  name: string
  /** The service that was called, if it is a call to one. */
  target?: string | undefined
  /** The status or the error number, or the level of a line. */
  outcome: string
  isFailure: boolean
  /** Nothing for a line of the log. */
  milliseconds?: number
  children: TraceNode[]
}

type Fields = Record<string, unknown>

/** The latest requests with what belongs to each, newest first. */
export function latestTraces(items: readonly TelemetryItem[], count: number): TraceNode[] {
  const isRequest = ({ data }: TelemetryItem) => data.baseType === 'RequestData'
  const requests = items.filter(isRequest).toSorted((a, b) => timeOf(b) - timeOf(a))
  const byParent = Map.groupBy(items, (item) => `${traceOf(item)}/${item.tags?.['ai.operation.parentId']}`)
  return requests.slice(0, count).map((request) => nodeOf(request, byParent))
}

function nodeOf(item: TelemetryItem, byParent: Map<string, TelemetryItem[]>): TraceNode {
  const { baseType, baseData } = item.data
  const id = text(baseData.id)
  const key = `${traceOf(item)}/${id}`
  const children = byParent.get(key) ?? []
  // Taken once, so that items that are each other's parents have an end.
  byParent.delete(key)
  const describe = descriptions[baseType]
  return {
    id: `${traceOf(item)}-${id}`,
    at: new Date(item.time),
    ...(describe ? describe(baseData) : { name: item.name, outcome: '', isFailure: false }),
    children: children.toSorted((a, b) => timeOf(a) - timeOf(b)).map((child) => nodeOf(child, byParent)),
  }
}

type Described = Omit<TraceNode, 'id' | 'at' | 'children'>

const descriptions: Record<string, (data: Fields) => Described> = {
  RequestData: ({ name, responseCode, success, duration }) => ({
    name: text(name),
    outcome: text(responseCode),
    isFailure: success === false,
    milliseconds: millisecondsIn(text(duration)),
  }),
  RemoteDependencyData: ({ name, target, resultCode, success, duration }) => ({
    name: text(name),
    target: text(target) || undefined,
    outcome: outcomeOf(text(resultCode), success === false),
    isFailure: success === false,
    milliseconds: millisecondsIn(text(duration)),
  }),
  MessageData: ({ message, severityLevel }) => ({
    name: text(message),
    outcome: text(severityLevel),
    isFailure: isError(severityLevel),
  }),
  ExceptionData: ({ exceptions, severityLevel }) => ({
    name: exceptionIn(exceptions),
    outcome: text(severityLevel),
    isFailure: isError(severityLevel),
  }),
}

/** 0 stands for no status at all. */
function outcomeOf(resultCode: string, isFailure: boolean): string {
  if (resultCode && resultCode !== '0') return resultCode
  return isFailure ? 'failed' : ''
}

function exceptionIn(exceptions: unknown): string {
  const [first] = Array.isArray(exceptions) ? (exceptions as Fields[]) : []
  return `${text(first?.typeName)}: ${text(first?.message)}`
}

function isError(severityLevel: unknown): boolean {
  return ['Error', 'Critical', 3, 4].includes(severityLevel as string | number)
}

/** The milliseconds in a duration such as 1.02:03:04.5678900: days, hours, minutes, seconds. */
function millisecondsIn(duration: string): number {
  const [, days = 0, hours, minutes, seconds] = /^(?:(\d+)\.)?(\d+):(\d+):([\d.]+)$/.exec(duration) ?? []
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000
}

const traceOf = ({ tags }: TelemetryItem) => tags?.['ai.operation.id'] ?? ''
const timeOf = ({ time }: TelemetryItem) => Date.parse(time)
const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
