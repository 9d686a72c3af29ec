// Questions to Azure Resource Manager. Not all who deploy may ask each, and not every cloud knows each.
import { setTimeout } from 'node:timers/promises'
import { Failure, reasonOf } from '../shared/failure.ts'
import type { Limits } from '../shared/limits.ts'
import { backoff } from '../shared/retry.ts'
import type { SignIn } from '../shared/sign-in.ts'

export type LookUp = ReturnType<typeof createLookUp>

/** What Azure said. A refusal is final: asking again does not help. */
export type Answer<T> = { found: T } | { refused: number; reason: string }

const tries = 4
const requestMs = 30_000

/** Statuses that pass by themselves, unlike 501, which an Azure that lacks an operation answers. */
const passing = [408, 429, 500, 502, 503, 504]

/** Prepares questions about one subscription. */
export function createLookUp(
  { resourceManager, subscriptionId }: { resourceManager: string; subscriptionId: string },
  signIn: SignIn,
  limits: Limits,
  signal: AbortSignal,
) {
  const root = `${resourceManager}/subscriptions/${subscriptionId}`

  /** @throws {Failure} when Azure does not answer: what it would say must not be guessed */
  async function get<T>(url: string): Promise<Answer<T>> {
    for (let tried = 1; ; tried += 1) {
      const { token } = await signIn.getToken(`${resourceManager}/.default`)
      const { status, content, reason } = await request(url, token, signal)
      if (status === 200) return { found: content as T }
      if (status !== 0 && !passing.includes(status)) return { refused: status, reason }
      if (tried === tries) {
        throw new Failure(
          `Azure Resource Manager does not say what is deployed (${reason}): try again later.`,
        )
      }
      await setTimeout(backoff(tried - 1, limits), undefined, { signal })
    }
  }

  return {
    /** One resource, or whatever stands at this path. */
    one: <T>(path: string, query: string) => get<T>(`${root}${path}?${query}`),

    /** All pages of a list. */
    async all<T>(path: string, query: string): Promise<Answer<T[]>> {
      const items: T[] = []
      let url = `${root}${path}?${query}`
      // A link to anywhere else would get our token.
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
    // An answer that is no JSON comes from something on the way.
    return { status: response.ok && !content ? 0 : response.status, content, reason }
  } catch (error) {
    signal.throwIfAborted()
    // What fetch throws says little; why is in its cause.
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
