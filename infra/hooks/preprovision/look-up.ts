// GET requests to Azure Resource Manager. The deployer may lack permission for some, and some clouds lack some operations.
import { setTimeout } from 'node:timers/promises'
import { Failure, reasonOf } from '../shared/failure.ts'
import type { Limits } from '../shared/limits.ts'
import { backoff } from '../shared/retry.ts'
import type { SignIn } from '../shared/sign-in.ts'

export type LookUp = ReturnType<typeof createLookUp>

/** The result of a request. Retrying does not help after a refusal. */
export type Result<T> = { found: T } | { refused: number; reason: string }

const maxRetries = 3
const requestMs = 30_000

/** Statuses that are worth a retry. Not 501, with which a cloud responds that lacks an operation. */
const transientStatuses = [408, 429, 500, 502, 503, 504]

/** Prepares requests for one subscription. */
export function createLookUp(
  { resourceManager, subscriptionId }: { resourceManager: string; subscriptionId: string },
  signIn: SignIn,
  limits: Limits,
  signal: AbortSignal,
) {
  const root = `${resourceManager}/subscriptions/${subscriptionId}`

  /** @throws {Failure} when Azure does not respond, because the result must not be guessed */
  async function get<T>(url: string): Promise<Result<T>> {
    for (let retries = 0; ; retries += 1) {
      const { token } = await signIn.getToken(`${resourceManager}/.default`)
      const { status, content, reason } = await request(url, token, signal)
      if (status === 200) return { found: content as T }
      if (status !== 0 && !transientStatuses.includes(status)) return { refused: status, reason }
      if (retries === maxRetries) {
        throw new Failure(
          `Azure Resource Manager does not say what is deployed (${reason}): try again later.`,
        )
      }
      await setTimeout(backoff(retries, limits), undefined, { signal })
    }
  }

  return {
    /** Reads one resource. */
    one: <T>(path: string, query: string) => get<T>(`${root}${path}?${query}`),

    /** Reads all pages of a list. */
    async all<T>(path: string, query: string): Promise<Result<T[]>> {
      const items: T[] = []
      let url = `${root}${path}?${query}`
      // Follow links to Resource Manager only, because each request contains the token.
      while (url.startsWith(`${resourceManager}/`)) {
        const page = await get<{ value?: T[]; nextLink?: string }>(url)
        if ('refused' in page) return page
        items.push(...(page.found.value ?? []))
        url = page.found.nextLink ?? ''
      }
      return { found: items }
    },
  }
}

async function request(url: string, token: string, signal: AbortSignal) {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
    })
    const content = parse(await response.text())
    const { code, message } = content?.error ?? {}
    const reason = code ? reasonOf(`${code}: ${message}`) : `HTTP ${response.status}`
    // A response that is not JSON comes from a proxy.
    return { status: response.ok && !content ? 0 : response.status, content, reason }
  } catch (error) {
    signal.throwIfAborted()
    // The reason is in the cause of the error that fetch throws.
    const reason = reasonOf(error instanceof Error && error.cause ? error.cause : error)
    return { status: 0, content: undefined, reason }
  }
}

function parse(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
