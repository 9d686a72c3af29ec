// The lines of the log as log records, with the trace that they belong to.
import { ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api'
import { type AnyValueMap, type Logger, SeverityNumber } from '@opentelemetry/api-logs'
import { logLines } from '../azure/reports.ts'
import { recording, type TraceContext } from '../trace/steps.ts'
import { redact } from './redact.ts'
import { SAMPLE_RATE } from './span-envelopes.ts'

/** A line as src/log.ts writes it. */
interface Line {
  level: string
  time: string
  msg?: string
  err?: LoggedError
  [field: string]: unknown
}

interface LoggedError {
  type: string
  message: string
  stack?: string
  causes?: LoggedError[]
  [field: string]: unknown
}

const SEVERITY: Record<string, SeverityNumber> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  info: SeverityNumber.INFO,
  warn: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  fatal: SeverityNumber.FATAL,
}

/** Sends each line that is logged from now on. Returns a function that ends it. */
export function sendLogLines(logger: Logger): () => void {
  const send = (line: string) => {
    const caller = recording.getStore()?.trace
    if (caller?.sampleRate === 0) return
    logger.emit(recordOf(JSON.parse(line), caller))
  }
  logLines.subscribe(send as (line: unknown) => void)
  return () => void logLines.unsubscribe(send as (line: unknown) => void)
}

function recordOf({ level, time, msg = '', err, trace_id, span_id, ...fields }: Line, caller?: TraceContext) {
  const attributes = { ...attributesOf(fields), ...(err && errorAttributes(err)) }
  return {
    timestamp: new Date(time),
    severityNumber: SEVERITY[level] ?? SeverityNumber.UNSPECIFIED,
    severityText: level,
    body: redact(msg) || 'no message',
    attributes: caller ? { ...attributes, [SAMPLE_RATE]: caller.sampleRate } : attributes,
    context: caller
      ? trace.setSpanContext(ROOT_CONTEXT, { ...caller, traceFlags: TraceFlags.SAMPLED })
      : ROOT_CONTEXT,
  }
}

/** Texts, numbers and truth values. The address of a request is sent without its query. */
function attributesOf(fields: Record<string, unknown>): AnyValueMap {
  const attributes: AnyValueMap = {}
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string')
      attributes[name] = redact(name === 'url' ? (value.split('?', 1)[0] ?? '') : value)
    else if (typeof value === 'number' || typeof value === 'boolean') attributes[name] = value
  }
  return attributes
}

function errorAttributes(error: LoggedError): AnyValueMap {
  const { type, message, stack, causes, ...fields } = error
  return {
    ...attributesOf(fields),
    'exception.type': type,
    'exception.message': redact(message),
    'exception.stacktrace': redact(stackOf(error)),
  }
}

function stackOf({ type, message, stack = `${type}: ${message}`, causes = [] }: LoggedError): string {
  return [stack, ...causes.map((cause) => `Caused by ${stackOf(cause)}`)].join('\n')
}
