// Azure Resource Manager, for the few calls that open and close a service: plain fetch, with the deployer's token.
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
  body?: object
  /** How often to send it while Azure is busy. */
  attempts?: number
}

/** A call that Azure refused. The status is 0 when there was no answer. */
export class ArmFailure extends Failure {
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

const requestMs = 60_000

/** Prepares calls to the resources of one resource group. */
export function createArm(
  { resourceManager, subscriptionId, resourceGroup }: Settings,
  signIn: SignIn,
  limits: Limits,
) {
  const group = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`

  /**
   * Sends one call, again if Azure is busy: each of ours may be sent twice. It takes no signal, because a change that is
   * given up half-way may still be made, after we have looked whether it was.
   *
   * @throws {ArmFailure} when Azure refuses
   */
  return async function arm<T = unknown>({ method, path, apiVersion, body, attempts = 5 }: Call): Promise<T> {
    const url = `${resourceManager}${group}/providers/${path}?api-version=${apiVersion}`
    for (let attempt = 1; ; attempt += 1) {
      const { token } = await signIn.getToken(`${resourceManager}/.default`)
      const outcome = await send(url, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body ? JSON.stringify(body) : null,
        signal: AbortSignal.timeout(requestMs),
      })
      if (outcome.ok) return outcome.content as T
      if (!outcome.again || attempt >= attempts) {
        throw new ArmFailure(explain(method, path, outcome, resourceGroup), outcome.status)
      }
      await setTimeout(Math.max(outcome.afterMs, backoff(attempt - 1, limits)))
    }
  }
}

type Refusal = { ok: false; status: number; reason: string; again: boolean; afterMs: number }

async function send(url: string, request: RequestInit): Promise<{ ok: true; content: unknown } | Refusal> {
  try {
    const response = await fetch(url, request)
    const content = await response.text()
    if (response.ok) return { ok: true, content: content && JSON.parse(content) }
    const { status } = response
    const again = status === 409 || status === 429 || (status >= 500 && status !== 501)
    const afterMs = Number(response.headers.get('retry-after') ?? 0) * 1000 || 0
    return { ok: false, status, reason: reasonIn(content) || `HTTP ${status}`, again, afterMs }
  } catch (error) {
    // What fetch throws says little; why is in its cause.
    const reason = reasonOf(error instanceof Error && error.cause ? error.cause : error)
    return { ok: false, status: 0, reason, again: true, afterMs: 0 }
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
