// Structured log lines on standard output, one JSON object each, without anything that would let a reader in.
import { pino } from 'pino'

export type Log = ReturnType<typeof createLog>

/** @param destination where the lines go, standard output by default */
export function createLog(destination?: { write(line: string): void }) {
  return pino(
    {
      base: {},
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }), log: withDescribedErrors },
      // `log` above has described the error; pino's own serializer would look for an Error.
      serializers: { err: (error) => error },
      redact: { paths: ['headers', '*.headers'], remove: true },
      // The last net: anything shaped like a JSON Web Token. Each run of its characters is matched once and then looked at,
      // so that the time grows with the length of the line alone, whatever a visitor puts into it.
      hooks: { streamWrite: (line) => line.replace(/[\w.-]{12,}/g, withoutToken) },
    },
    destination ?? pino.destination({ sync: true }),
  )
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

// An SDK's error carries its request with the authorization header, so only what is named below is ever printed.
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

/** The longest text of a visitor's or an error's that a line repeats: the log is billed by size. */
const LONGEST_TEXT = 4096

/** Cuts a text to what a log line may repeat of it. */
export function shortened<T extends string | undefined>(text: T, length = LONGEST_TEXT): T | string {
  return text !== undefined && text.length > length ? `${text.slice(0, length)}…` : text
}

// What the errors of the Azure SDK and of SQL add to Error. Of the request, only the method and the address without its query.
interface SdkError extends Error {
  code?: unknown
  statusCode?: unknown
  number?: unknown
  request?: { method?: string; url?: string }
}
