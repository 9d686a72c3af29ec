// The steps of a request (src/trace/) as spans, with the names of OpenTelemetry's semantic conventions.
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Config } from '../config.ts'
import { type HttpReport, isPooled, partsOf, type RecordedStep, type Step } from '../trace/steps.ts'
import { SAMPLE_RATE } from './span-envelopes.ts'

interface Described {
  name: string
  /** A call to another service, instead of something within the site. */
  isCall?: boolean
  attributes: Attributes
}

/** What all spans of one request have in common. */
interface RequestSpan {
  span: Span
  sampleRate: number
  /** Unix time in milliseconds when performance.now() was 0. */
  timeOrigin: number
  endedAt: number
}

export function createStepSpans(tracer: Tracer, sql: Config['sql']) {
  /** Sends the steps that a request has taken, each with those that it consists of. */
  return function sendSteps(steps: Step[], request: RequestSpan, parent = request.span): void {
    for (const step of steps) {
      const { name, isCall, attributes } = describe(step, sql)
      const { timeOrigin, endedAt, sampleRate } = request
      const span = tracer.startSpan(
        name,
        {
          kind: isCall ? SpanKind.CLIENT : SpanKind.INTERNAL,
          startTime: timeOrigin + step.started,
          attributes: { ...attributes, [SAMPLE_RATE]: sampleRate },
        },
        trace.setSpan(ROOT_CONTEXT, parent),
      )
      noteFailure(span, step)
      sendSteps(partsOf(step), request, span)
      span.end(timeOrigin + (step.milliseconds === undefined ? endedAt : step.started + step.milliseconds))
    }
  }
}

function noteFailure(span: Span, step: Step): void {
  const error = errorOf(step)
  if (error) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', error)
}

function errorOf(step: Step): string | undefined {
  // The request ended before this step did.
  if (step.milliseconds === undefined) return 'canceled'
  if ('failure' in step.report && step.report.failure) return step.report.failure.name
  return step.kind === 'http' && isError(step.report) ? String(step.report.status) : undefined
}

/** The client of the vault sends its first request without a token, and the vault responds 401 with the authority to ask. */
function isError({ status = 0, authorized }: HttpReport): boolean {
  return status >= 400 && !(status === 401 && !authorized)
}

function describe(step: RecordedStep | Step, sql: Config['sql']): Described {
  switch (step.kind) {
    case 'http':
      return describeHttp(step.report)
    case 'token': {
      const from = step.token && step.token.first !== step ? 'memory' : 'identity'
      const attributes = {
        'keyless_express.token.audience': step.report.audience,
        'keyless_express.token.source': from,
      }
      return { name: 'token', attributes }
    }
    case 'connection': {
      const attributes = {
        'db.client.connection.pool.name': sql.database,
        'keyless_express.pooled': isPooled(step),
      }
      return { name: 'SQL connection', attributes }
    }
    case 'login':
      return { name: 'SQL login', isCall: true, attributes: withErrorNumber(step, databaseOf(sql)) }
    case 'statement': {
      const { text } = step.report
      const summary = summaryOf(text)
      const attributes = { ...databaseOf(sql), 'db.query.text': text, 'db.query.summary': summary }
      return { name: summary, isCall: true, attributes: withErrorNumber(step, attributes) }
    }
    case 'shared':
      return { name: `wait for ${step.report.what}`, attributes: {} }
    case 'memory':
      return { name: `${step.report.what} from memory`, attributes: {} }
  }
}

function describeHttp({ method, host, path, status, requestId }: HttpReport): Described {
  const { protocol, hostname, port } = new URL(host)
  return {
    name: method,
    isCall: true,
    attributes: {
      'http.request.method': method,
      'url.full': `${host}${path.split('?', 1)[0]}`,
      'server.address': hostname,
      'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
      ...(status && { 'http.response.status_code': status }),
      ...(requestId && { 'azure.service.request.id': requestId }),
    },
  }
}

function databaseOf({ server, port, database }: Config['sql']): Attributes {
  return {
    'db.system.name': 'microsoft.sql_server',
    'db.namespace': database,
    'server.address': server,
    'server.port': port,
  }
}

function withErrorNumber(
  { report: { failure } }: Step & { kind: 'login' | 'statement' },
  others: Attributes,
) {
  return failure?.number === undefined
    ? others
    : { ...others, 'db.response.status_code': String(failure.number) }
}

/** What a statement does and to which table, such as SELECT dbo.Products. */
function summaryOf(text: string): string {
  const [operation = 'SQL'] = text.match(/^\w+/) ?? []
  const [, table] = text.match(/\b(?:FROM|INTO|UPDATE) ([\w.[\]]+)/i) ?? []
  return table ? `${operation} ${table}` : operation
}
