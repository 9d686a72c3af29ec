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
      // The last net: anything shaped like a JSON Web Token.
      hooks: { streamWrite: (line) => line.replace(/eyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, '[token]') },
    },
    destination ?? pino.destination({ sync: true }),
  )
}

// An SDK's error carries its request with the authorization header, so only what is named below is ever printed.
function withDescribedErrors(line: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(line).map(([key, value]) => [key, value instanceof Error ? describe(value) : value]),
  )
}

function describe(error: Error, depth = 0): Record<string, unknown> {
  const { code, statusCode, number } = error as { code?: unknown; statusCode?: unknown; number?: unknown }
  const inner = [error.cause, ...(error instanceof AggregateError ? error.errors : [])].filter(
    (each) => each instanceof Error,
  )
  return {
    type: error.name,
    message: error.message,
    code,
    statusCode,
    number,
    stack: error.stack,
    causes: inner.length > 0 && depth < 4 ? inner.map((each) => describe(each, depth + 1)) : undefined,
  }
}
