// HTTP requests, as Node.js reports them. Only what is named here is recorded: no header but Azure's id of the request, and no
// value of the query but those that name the operation.
import { subscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { fingerprintOf } from '../azure/reported-credential.ts'
import { endStep, type HttpStep, record, recording, startStep } from './steps.ts'
import { knownToken } from './tokens.ts'

const OPERATION = ['api-version', 'comp', 'restype']

/** Subscribes to the channels of Node.js: https://nodejs.org/docs/latest-v24.x/api/diagnostics_channel.html#http */
export function recordHttp(): void {
  const running = new WeakMap<ClientRequest, HttpStep>()

  subscribe('http.client.request.start', (message) => {
    if (!recording.getStore()) return
    const { request } = message as { request: ClientRequest }
    running.set(request, record(startStep('http', reportOf(request))))
  })

  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
    const step = running.get(request)
    if (!step) return
    step.report.status = response.statusCode ?? 0
    step.report.requestId = text(response.headers['x-ms-request-id'])
    endStep(step)
  })

  subscribe('http.client.request.error', (message) => {
    const { request, error } = message as { request: ClientRequest; error: Error & { code?: string } }
    const step = running.get(request)
    if (!step || step.milliseconds !== undefined) return
    step.report.failure = { name: error.code ?? error.name }
    endStep(step)
  })
}

function reportOf(request: ClientRequest): HttpStep['report'] {
  const authorization = text(request.getHeader('authorization'))
  const [path = '', query] = request.path.split('?', 2)
  return {
    method: request.method,
    host: `${request.protocol}//${text(request.getHeader('host')) ?? request.host}`,
    path: query ? `${path}?${withoutValues(query)}` : path,
    authorized: authorization !== undefined,
    token: authorization ? knownToken(fingerprintOf(authorization.replace(/^Bearer /i, ''))) : undefined,
  }
}

function withoutValues(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => `${name}=${OPERATION.includes(name) ? value : '…'}`)
    .join('&')
}

function text(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined
}
