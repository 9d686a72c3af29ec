// Structured log lines on standard output, one JSON object each, without credentials.
import { pino } from 'pino'
import { logLines } from './azure/reports.ts'
import { recording } from './trace/steps.ts'

export type Log = ReturnType<typeof createLog>

/** @param destination where the lines go, standard output by default */
export function createLog(destination?: { write(line: string): void }) {
  return pino(
    {
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }), log: withDescribedErrors },
      // `log` above has already turned the error into a plain object.
      serializers: { err: (error) => error },
      mixin: traceFields,
      redact: { paths: ['headers', '*.headers'], remove: true },
      // A last check for anything that looks like a JSON Web Token. The pattern matches each run of characters once, so
      // that the time is linear in the length of the line, whatever a visitor sends.
      hooks: { streamWrite: (line) => published(line.replace(/[\w.-]{12,}/g, withoutToken)) },
    },
    destination ?? pino.destination({ sync: true }),
  )
}

function published(line: string): string {
  if (logLines.hasSubscribers) logLines.publish(line)
  return line
}

/** The trace that the line belongs to, when telemetry is on. */
function traceFields(): object {
  const { traceId, spanId } = recording.getStore()?.trace ?? {}
  return traceId ? { trace_id: traceId, span_id: spanId } : {}
}

/** Replaces a token at the end of a run of token characters: a first part that begins with `eyJ`, a dot, a second part. */
function withoutToken(run: string): string {
  let start = 0
  for (const part of run.split('.')) {
    const token = part.indexOf('eyJ')
    const end = start + part.length
    if (token >= 0 && part.length - token > 10 && /[\w-]/.test(run[end + 1] ?? '')) {
      return `${run.slice(0, start + token)}[token]`
    }
    start = end + 1
  }
  return run
}

// Errors of the Azure SDK contain the request with its Authorization header, so only the properties named below are logged.
function withDescribedErrors(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(line).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]),
  )
}

function describe(error: Error, depth = 0): Record<string, unknown> {
  const { code, statusCode, number, request } = error as SdkError
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])].filter(
    (each) => each instanceof Error,
  )
  return {
    type: error.name,
    message: shortened(error.message),
    code,
    statusCode,
    number,
    request: request?.url && `${request.method} ${shortened(request.url.split('?', 1)[0])}`,
    stack: shortened(error.stack),
    causes: inner.length > 0 && depth < 4 ? inner.map((each) => describe(each, depth + 1)) : undefined,
  }
}

/** The length at which texts from visitors and errors are cut, because the log is billed by size. */
const LONGEST_TEXT = 4096

/** Shortens a text for the log. */
export function shortened<T extends string | undefined>(text: T, length = LONGEST_TEXT): T | string {
  return text !== undefined && text.length > length ? `${text.slice(0, length)}…` : text
}

// The properties that errors of the Azure SDK and SqlError add to Error. The query of the request's URL is not logged.
interface SdkError extends Error {
  code?: unknown
  statusCode?: unknown
  number?: unknown
  request?: { method?: string; url?: string }
}
