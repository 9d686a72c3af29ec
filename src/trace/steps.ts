// The steps by which a request is answered, as a tree: a token request has the HTTP requests that it took.
import { AsyncLocalStorage } from 'node:async_hooks'
import type {
  ConnectionReport,
  LoginReport,
  MemoryReport,
  SharedReport,
  StatementReport,
  TokenReport,
} from '../azure/reports.ts'

/** An HTTP request to Azure or to the identity endpoint. */
export interface HttpReport {
  method: string
  host: string
  path: string
  /** Whether it carried a token. */
  authorized: boolean
  token?: KnownToken | undefined
  status?: number
  /** Azure's id of the request, for its support and its logs. */
  requestId?: string | undefined
  failure?: { name: string; number?: undefined }
}

/** A token that the credential gave out. */
export interface KnownToken {
  audience: string
  expiresOn: Date
  givenAt: Date
  /** The token request that got it first. */
  first: TokenStep
}

export type HttpStep = Timed & { kind: 'http'; report: HttpReport }
export type TokenStep = Timed & { kind: 'token'; report: TokenReport; token?: KnownToken }
export type LoginStep = Timed & { kind: 'login'; report: LoginReport; firstUse?: ConnectionStep }
export type ConnectionStep = Timed & { kind: 'connection'; report: ConnectionReport; login?: LoginStep }
export type StatementStep = Timed & { kind: 'statement'; report: StatementReport }
export type SharedStep = Timed & { kind: 'shared'; report: SharedReport }
export type MemoryStep = Timed & { kind: 'memory'; report: MemoryReport }

export type RecordedStep = HttpStep | TokenStep | ConnectionStep | StatementStep | SharedStep | MemoryStep
/** A login is recorded with the connection that it opened. */
export type Step = RecordedStep | LoginStep

export interface Recording {
  steps: RecordedStep[]
  /** The trace of the request, when telemetry is on. */
  trace?: TraceContext | undefined
  /** Nobody reads what comes later, and it is not recorded. */
  closed?: boolean
}

/** A trace and a span in it: https://www.w3.org/TR/trace-context/ */
export interface TraceContext {
  traceId: string
  spanId: string
  /** The percentage of such traces that are sent, or 0 when this one is not. */
  sampleRate: number
}

interface Timed extends Recording {
  startedAt: Date
  /** How long it took, or undefined while it runs. */
  milliseconds?: number
  /** The time of performance.now() at the start. */
  started: number
}

/** Where the steps of the running work are recorded. */
export const recording = new AsyncLocalStorage<Recording | undefined>()

export function startStep<Kind extends Step['kind']>(kind: Kind, report: (Step & { kind: Kind })['report']) {
  const timed: Timed = { steps: [], startedAt: new Date(), started: performance.now() }
  return { kind, report, ...timed } as Step & { kind: Kind }
}

/** How many steps are recorded at one place. A long download can need more, one for each time that it is resumed. */
const MOST_STEPS = 100

/** Adds a step to the request that is being answered, if there is one. */
export function record<S extends RecordedStep>(step: S): S {
  const store = recording.getStore()
  if (store && !store.closed && store.steps.length < MOST_STEPS) store.steps.push(step)
  step.trace = store?.trace
  return step
}

/** Ends a step. The first end counts: an HTTP request whose response has begun may still break. */
export function endStep(step: Step): void {
  step.milliseconds ??= performance.now() - step.started
}

/** All steps in the order in which they started. A login is listed where it was first used. */
export function flatten({ steps }: { steps: Step[] }): Step[] {
  return steps.flatMap((step) => [step, ...flatten({ steps: partsOf(step) })])
}

/** The steps that a step consists of. A login is a part of the connection that used it first. */
export function partsOf(step: Step): Step[] {
  return step.kind === 'connection' && step.login?.firstUse === step
    ? [step.login, ...step.steps]
    : step.steps
}

/** Whether a connection logged in for an earlier request. */
export function isPooled(step: ConnectionStep): boolean {
  return step.login !== undefined && step.login.firstUse !== step
}
