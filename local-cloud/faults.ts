// The faults that a service can be told to have: in a queue, used up by the next requests, or held until they are let go.

export type Fault =
  | { kind: 'fail'; status: number; code?: string; message?: string; headers?: Record<string, string> }
  | { kind: 'delay'; milliseconds: number }
  | { kind: 'hang' }
  | { kind: 'drop' }
  | { kind: 'cut'; afterBytes: number | 'half' }
  | { kind: 'stall'; afterBytes: number }

/** A fault, or a function that gives one for the requests that it concerns: method and path, or the SQL. */
export type HeldFault = Fault | ((request: string) => Fault | undefined)

type Times = { times?: number }
type FailOptions = Times & { code?: string; message?: string; headers?: Record<string, string> }

/** A queue of faults. Each method takes how many requests it hits (`times`, 1 by default; Infinity until `clear`). */
export class Faults {
  #queue: { fault: Fault; left: number }[] = []
  #held: { fault: HeldFault }[] = []

  /** Answers with an error: an HTTP status, or for SQL the number of a SQL Server error. */
  failNext(status: number, { times = 1, ...rest }: FailOptions = {}): void {
    this.#queue.push({ fault: { kind: 'fail', status, ...rest }, left: times })
  }

  /** Answers correctly, but only after some milliseconds. */
  delayNext(milliseconds: number, { times = 1 }: Times = {}): void {
    this.#queue.push({ fault: { kind: 'delay', milliseconds }, left: times })
  }

  /** Accepts the request and never answers. */
  hangNext({ times = 1 }: Times = {}): void {
    this.#queue.push({ fault: { kind: 'hang' }, left: times })
  }

  /** Drops the connection instead of answering. */
  dropNext({ times = 1 }: Times = {}): void {
    this.#queue.push({ fault: { kind: 'drop' }, left: times })
  }

  /** Sends so many bytes of the body, then drops the connection. */
  cutNext(afterBytes: number, { times = 1 }: Times = {}): void {
    this.#queue.push({ fault: { kind: 'cut', afterBytes }, left: times })
  }

  /** Sends so many bytes of the body, then nothing more. SQL knows `hangNext` only. */
  stallNext(afterBytes: number, { times = 1 }: Times = {}): void {
    this.#queue.push({ fault: { kind: 'stall', afterBytes }, left: times })
  }

  /**
   * Every request meets this fault unless the queue has one for it. Of several held faults the latest counts, and a delay only
   * when there is no other.
   *
   * @returns a function that ends it
   */
  hold(fault: HeldFault): () => void {
    const held = { fault }
    this.#held.unshift(held)
    return () => {
      this.#held = this.#held.filter((other) => other !== held)
    }
  }

  /** Works again from now on. */
  clear(): void {
    this.#queue = []
    this.#held = []
  }

  /** For the service itself: the fault that this request meets, if any. */
  take(request: string): Fault | undefined {
    const [first] = this.#queue
    if (!first) return this.#heldFor(request)
    first.left -= 1
    if (first.left <= 0) this.#queue.shift()
    return first.fault
  }

  #heldFor(request: string): Fault | undefined {
    const found = this.#held.flatMap(({ fault }) =>
      typeof fault === 'function' ? (fault(request) ?? []) : fault,
    )
    return found.find(({ kind }) => kind !== 'delay') ?? found[0]
  }
}
