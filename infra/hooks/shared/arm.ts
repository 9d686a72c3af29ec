// Requests to Azure Resource Manager, with fetch and the deployer's token.
import { setTimeout } from 'node:timers/promises'
import { deployAgain, Failure, reasonOf, runAgain } from './failure.ts'
import type { Limits } from './limits.ts'
import { backoff } from './retry.ts'
import type { Settings } from './settings.ts'
import type { SignIn } from './sign-in.ts'

export type Arm = ReturnType<typeof createArm>

type Call = {
  method: 'GET' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the providers of the resource group. */
  path: string
  apiVersion: string
  /** Parameters besides the version, such as those of the next page. */
  query?: Record<string, string>
  body?: object
  /** How many times to retry while Azure is busy. */
  maxRetries?: number
}

/** A failed request. The status is 0 when there was no response. */
export class ArmFailure extends Failure {
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

const requestMs = 60_000

/** Prepares requests to the resources of one resource group. */
export function createArm(
  { resourceManager, subscriptionId, resourceGroup }: Settings,
  signIn: SignIn,
  limits: Limits,
) {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`

  /**
   * Sends a request, and retries it while Azure is busy; all requests of the hooks are idempotent. It takes no signal, because
   * Azure may still apply a change after its request was aborted.
   *
   * @throws {ArmFailure} when Azure refuses
   */
  return async function arm<T = unknown>({
    method,
    path,
    apiVersion,
    query = {},
    body,
    maxRetries = 4,
  }: Call): Promise<T> {
    const parameters = new URLSearchParams({ ...query, 'api-version': apiVersion })
    const url = `${resourceManager}${group}/providers/${path}?${parameters}`
    for (let retries = 0; ; retries += 1) {
      const { token } = await signIn.getToken(`${resourceManager}/.default`)
      const outcome = await send(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(requestMs),
      })
      if (outcome.ok) return outcome.content as T
      if (!outcome.transient || retries >= maxRetries) {
        throw new ArmFailure(explain(method, path, outcome, resourceGroup), outcome.status)
      }
      await setTimeout(Math.max(outcome.retryAfterMs, backoff(retries, limits)))
    }
  }
}

type Refusal = { ok: false; status: number; reason: string; transient: boolean; retryAfterMs: number }

async function send(url: string, request: RequestInit): Promise<{ ok: true; content: unknown } | Refusal> {
  try {
    const response = await fetch(url, request)
    const content = await response.text()
    if (response.ok) return { ok: true, content: content && JSON.parse(content) }
    const { status } = response
    const transient = status === 409 || status === 429 || (status >= 500 && status !== 501)
    const retryAfterMs = Number(response.headers.get('retry-after') ?? 0) * 1000 || 0
    return { ok: false, status, reason: reasonIn(content) || `HTTP ${status}`, transient, retryAfterMs }
  } catch (error) {
    // The reason is in the cause of the error that fetch throws.
    const reason = reasonOf(error instanceof Error && error.cause ? error.cause : error)
    return { ok: false, status: 0, reason, transient: true, retryAfterMs: 0 }
  }
}

function reasonIn(content: string): string {
  try {
    const { error } = JSON.parse(content)
    return reasonOf(`${error.code}: ${error.message}`)
  } catch {
    return ''
  }
}

function explain(method: string, path: string, { status, reason }: Refusal, group: string): string {
  const call = `${method} ${path}`
  switch (status) {
    case 401:
      return `Azure Resource Manager did not accept your token (${reason}): sign in again with \`azd auth login\`, then ${runAgain}.`
    case 403:
      return `Azure refused ${call} (${reason}): ask for the role Contributor on the resource group ${group}, then ${runAgain}.`
    case 404:
      return `Azure found nothing for ${call} (${reason}): ${deployAgain}, which makes it.`
    default:
      return `Azure Resource Manager failed at ${call} (${reason}): ${runAgain} when it is well again.`
  }
}
