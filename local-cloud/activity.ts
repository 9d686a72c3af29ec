// What a service was asked lately, for people who watch it. `requests` is for tests that count.
import type { IncomingMessage } from 'node:http'
import type { Answer, Handler } from './http.ts'

/** A request as people see it. No header, no token and no value of a parameter is kept. */
export interface RequestEntry {
  at: Date
  /** Method and path, or the SQL. */
  request: string
  /** The name of the identity that asked, as far as it is known. */
  by: string
  /** The status, or what else became of the request; undefined while it is being served. */
  outcome?: string
  milliseconds?: number
}

/** Completes an entry; `by` when it was not known before. */
export type Complete = (outcome: string, by?: string) => void

const ENTRIES = 50
const LONGEST_REQUEST = 1_000

/** The latest requests to a service. */
export class Activity {
  #asked: RequestEntry[] = []
  #total = 0

  /** How many requests have arrived since the start, forgotten ones too. For measurements. */
  get total(): number {
    return this.#total
  }

  /** Newest first. */
  get latest(): readonly RequestEntry[] {
    return this.#asked
  }

  /** Adds a request that has arrived. The function that it returns says how the request ended. */
  begin(request: string, by: string): Complete {
    this.#total += 1
    const entry: RequestEntry = { at: new Date(), request: request.slice(0, LONGEST_REQUEST), by }
    const start = performance.now()
    this.#asked.unshift(entry)
    if (this.#asked.length > ENTRIES) this.#asked.pop()
    return (outcome, by = entry.by) => {
      Object.assign(entry, { outcome, by, milliseconds: Math.round(performance.now() - start) })
    }
  }

  clear(): void {
    this.#asked = []
  }
}

/** Adds every request to an activity; `callerOf` names who sent it. */
export function recorded(
  answer: Handler,
  activity: Activity,
  callerOf: (request: IncomingMessage) => string,
): Handler {
  return async (request) => {
    const complete = activity.begin(requestLine(request), callerOf(request))
    const given = await answer(request)
    complete(outcomeOf(given))
    return given
  }
}

/** Method and path of a request, and the range that it asks for: `GET /documents/a.txt (bytes=10-19)`. */
export function requestLine({ method, url = '', headers }: IncomingMessage): string {
  const range = headers['x-ms-range'] ?? headers.range
  // The signature of a SAS is a secret.
  const path = url.replace(/([?&]sig=)[^&]*/gi, '$1…')
  return `${method} ${path}${range ? ` (${range})` : ''}`
}

function outcomeOf(answer: Answer): string {
  if (answer === 'drop') return 'dropped'
  const { status, cutAfter, stallAfter } = answer
  if (cutAfter !== undefined) return `${status}, cut off`
  return stallAfter === undefined ? String(status) : `${status}, then silence`
}
