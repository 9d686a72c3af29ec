// How a page was answered, in words: the identity, and one line for each step.
import type { Config } from '../config.ts'
import {
  type ConnectionStep,
  flatten,
  type HttpStep,
  type KnownToken,
  type LoginStep,
  type MemoryStep,
  type RecordedStep,
  type Recording,
  type SharedStep,
  type StatementStep,
  type Step,
  type TokenStep,
} from '../trace/steps.ts'
import { duration, relativeTime, time } from './format.ts'

export type TraceViewModel = ReturnType<typeof traceViewModel>
export type Identity = ReturnType<typeof describeIdentity>

interface TraceLine {
  label: string
  /** What was sent, word for word. */
  code?: string
  /** What came of it. */
  facts: string[]
  /** Azure's id of the request. */
  requestId?: string | undefined
  /** How long it took. */
  took?: string
}

/** @param milliseconds since the request arrived */
export function traceViewModel(request: Recording, identity: Identity, milliseconds: number) {
  const summary = [duration(milliseconds), ...countsOf(request)].join(' · ')
  return { identity, summary, lines: linesOf(request, new Set()) }
}

/** Describes the identity that signs in to Azure. */
export function describeIdentity({
  clientId,
  hasIdentityEndpoint,
}: Pick<Config, 'clientId' | 'hasIdentityEndpoint'>) {
  if (clientId) return { name: 'Managed identity, client ID', clientId, roleLabel: 'Role' }
  if (hasIdentityEndpoint) return { name: 'System-assigned managed identity', roleLabel: 'Role' }
  // Developers have roles of their own.
  return { name: 'The developer’s own sign-in', roleLabel: 'Role of the site' }
}

function countsOf(request: Recording): string[] {
  const all = flatten(request)
  const tokens = all.filter((step) => step.kind === 'token' && step.token?.first === step)
  // The others were renewed in the background, or given by a developer's tool.
  const fetched = tokens.filter(({ steps }) => steps.length > 0).length
  const calls = request.steps.filter(({ kind }) => kind === 'http').length
  const logins = all.filter(({ kind }) => kind === 'login').length
  const statements = all.filter(({ kind }) => kind === 'statement').length
  return [
    fetched > 0 && counted(fetched, 'token fetched', 'tokens fetched'),
    tokens.length > fetched && counted(tokens.length - fetched, 'new token', 'new tokens'),
    tokens.length === 0 && calls > 0 && 'token from memory',
    calls > 0 && counted(calls, 'request to Azure', 'requests to Azure'),
    logins > 0 && counted(logins, 'SQL sign-in', 'SQL sign-ins'),
    statements > 0 && logins === 0 && 'pooled connection',
    statements > 0 && counted(statements, 'SQL statement', 'SQL statements'),
    calls + logins + statements === 0 && 'nothing sent to Azure',
  ].filter((count) => count !== false)
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}

/** @param named the tokens and logins that have a line already */
function linesOf({ steps }: Recording, named: Set<object>): TraceLine[] {
  return steps.flatMap((step) => linesOfStep(step, named))
}

function linesOfStep(step: RecordedStep, named: Set<object>): TraceLine[] {
  switch (step.kind) {
    case 'token':
      return tokenLines(step, named)
    case 'http':
      return [...keptToken(step, named), httpLine('Request', step)]
    case 'connection':
      return connectionLines(step, named)
    case 'statement':
      return [statementLine(step)]
    case 'shared':
      return [sharedLine(step)]
    case 'memory':
      return [memoryLine(step)]
  }
}

function tokenLines(step: TokenStep, named: Set<object>): TraceLine[] {
  const { audience } = step.report
  const requests = step.steps.filter(({ kind }) => kind === 'http') as HttpStep[]
  if (step.token) named.add(step.token)
  const facts = step.token ? [originOf(step, step.token), until(step.token)] : [outcome(step, 'given')]
  return [
    line('Token', { code: audience, facts }, step),
    ...requests.map((request) => httpLine('Token request', request)),
  ]
}

function originOf(step: TokenStep, token: KnownToken): string {
  // A token that was renewed in the background is there at once, and a developer's tool sends no request from this process.
  if (token.first === step) return step.steps.length > 0 ? 'fetched' : 'given by the credential'
  if (token.givenAt > step.startedAt) return 'fetched by another request at the same time'
  return fromMemory(token)
}

/** The clients of Blob Storage and Key Vault keep their tokens, and ask the credential only when one is about to expire. */
function keptToken({ report: { token } }: HttpStep, named: Set<object>): TraceLine[] {
  if (!token || named.has(token)) return []
  named.add(token)
  return [line('Token', { code: token.audience, facts: [fromMemory(token), until(token)] })]
}

function fromMemory({ givenAt }: KnownToken): string {
  return `from memory, since ${time(givenAt)}`
}

function until({ expiresOn }: KnownToken): string {
  return `good until ${time(expiresOn)}`
}

function httpLine(label: 'Request' | 'Token request', step: HttpStep): TraceLine {
  const { method, host, path, status, requestId, authorized } = step.report
  // Key Vault answers the first request with 401, and names the audience of the token that it wants.
  const bare = label === 'Request' && !authorized ? ['sent without a token'] : []
  const facts = [outcome(step, String(status)), ...bare]
  return line(label, { code: `${method} ${host}${path}`, facts, requestId }, step)
}

function connectionLines(step: ConnectionStep, named: Set<object>): TraceLine[] {
  const { login } = step
  if (!login) return [line('SQL connection', { facts: [outcome(step, 'ready')] }, step)]
  // A page may take the same connection again for its next query.
  if (named.has(login)) return []
  named.add(login)
  const code = `${login.report.server}, database ${login.report.database}`
  if (login.firstUse !== step) return [line('SQL connection', { code, facts: [earlierLogin(login)] })]
  const facts = [outcome(login, 'new, signed in')]
  return [...linesOf(login, named), line('SQL connection', { code, facts }, login)]
}

function earlierLogin({ report, startedAt }: LoginStep): string {
  const when = `at ${time(startedAt)}, ${relativeTime(startedAt)}`
  return report.failure ? `sign-in ${when}: ${because(report.failure)}` : `pooled, signed in ${when}`
}

function statementLine(step: StatementStep): TraceLine {
  const { text, parameters } = step.report
  const names = parameters.map((name) => `@${name}`).join(', ')
  const facts = [outcome(step, 'answered'), ...(names ? [`parameters ${names}`] : [])]
  return line('SQL statement', { code: text, facts }, step)
}

function sharedLine(step: SharedStep): TraceLine {
  const facts = [`waited for ${step.report.what} that was under way`, outcome(step, 'answered')]
  return line('Shared', { facts }, step)
}

function memoryLine({ report: { what, since } }: MemoryStep): TraceLine {
  return line('From memory', { facts: [`${what}, kept since ${time(since)}, ${relativeTime(since)}`] })
}

function line(label: string, said: Omit<TraceLine, 'label' | 'took'>, step?: Step): TraceLine {
  return { label, ...said, ...(step && { took: tookOf(step) }) }
}

function outcome(step: Step, success: string): string {
  const failure = 'failure' in step.report ? step.report.failure : undefined
  const gaveUp = failure && ['AbortError', 'ABORT_ERR', 'TimeoutError'].includes(failure.name)
  if (step.milliseconds === undefined || gaveUp) return 'no answer'
  return failure ? because(failure) : success
}

function because({ name, number }: { name: string; number?: number | undefined }): string {
  return number === undefined ? `failed (${name})` : `refused with error ${number}`
}

function tookOf({ milliseconds, started }: Step): string {
  const elapsed = milliseconds ?? performance.now() - started
  // Shorter than format.duration, for a narrow column.
  return elapsed < 1 ? '< 1 ms' : duration(elapsed)
}
