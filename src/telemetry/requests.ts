// A span and a duration for each request that the site receives. No query, no header and no address of a client is read.
import {
  type Attributes,
  type Context,
  type Histogram,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { parseTraceParent } from '@opentelemetry/core'
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base'
import type { Request, RequestHandler, Response } from 'express'
import { isClientDisconnect } from '../middleware/deadline.ts'
import { routeOf } from './route.ts'
import { SAMPLE_RATE } from './span-envelopes.ts'
import type { createStepSpans } from './spans.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']

/** Creates the middleware. It continues the trace that the `traceparent` header names. */
export function observeRequests(
  tracer: Tracer,
  duration: Histogram,
  sendSteps: ReturnType<typeof createStepSpans>,
): RequestHandler {
  return (req, res, next) => {
    const started = performance.now()
    const timeOrigin = Date.now() - started
    const method = METHODS.includes(req.method) ? req.method : '_OTHER'
    const span = tracer.startSpan(
      method,
      { kind: SpanKind.SERVER, startTime: timeOrigin + started, attributes: startOf(req, method) },
      callerOf(req),
    )
    const { traceId, spanId } = span.spanContext()
    const sampleRate = sampleRateOf(span)
    const { recording } = res.locals
    if (recording) recording.trace = { traceId, spanId, sampleRate }

    // A download has as many listeners as Node.js expects at most, without this one.
    res.setMaxListeners(res.getMaxListeners() + 1)
    res.once('close', () => {
      const endedAt = performance.now()
      if (recording) recording.closed = true
      const end = endOf(req, res)
      duration.record((endedAt - started) / 1_000, { 'http.request.method': method, ...end })
      if (sampleRate === 0) return
      span.setAttributes(end)
      if (end['http.route']) span.updateName(`${method} ${end['http.route']}`)
      if (end['error.type']) span.setStatus({ code: SpanStatusCode.ERROR })
      sendSteps(recording?.steps ?? [], { span, sampleRate, timeOrigin, endedAt })
      span.end(timeOrigin + endedAt)
    })
    next()
  }
}

/** A header that is not valid is ignored, and the request begins a trace. */
function callerOf(req: Request): Context {
  const caller = parseTraceParent(req.get('traceparent') ?? '')
  return caller ? trace.setSpanContext(ROOT_CONTEXT, { ...caller, isRemote: true }) : ROOT_CONTEXT
}

function sampleRateOf(span: Span): number {
  return span.isRecording() ? Number((span as Span & ReadableSpan).attributes[SAMPLE_RATE]) : 0
}

function startOf(req: Request, method: string): Attributes {
  // The visitor chooses the name of the host. App Service knows it, but passes on any X-Forwarded-Host.
  const [, host] = /^([\w.-]{1,253})(?::\d+)?$/.exec(req.get('host') ?? '') ?? []
  return {
    'http.request.method': method,
    // X-Forwarded-Proto can be any text.
    'url.scheme': req.secure ? 'https' : 'http',
    'url.path': req.path,
    ...(host && { 'server.address': host }),
  }
}

function endOf(req: Request, res: Response): Attributes {
  const route = routeOf(req)
  const error = errorOf(res)
  return {
    ...(route && { 'http.route': route }),
    ...(res.headersSent && { 'http.response.status_code': res.statusCode }),
    ...(error && { 'error.type': error }),
  }
}

/** A failure of the site: a 5xx, or a response that broke off and not because the client left. A 4xx is the client's. */
function errorOf(res: Response): string | undefined {
  if (res.headersSent && res.statusCode >= 500) return String(res.statusCode)
  return res.errored && !isClientDisconnect(res.errored) ? res.errored.name : undefined
}
