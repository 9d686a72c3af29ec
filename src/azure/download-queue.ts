// A semaphore for downloads with a queue that is fair between clients.
import type { Limits } from '../limits.ts'
import { BusyError } from './busy-error.ts'
import { poolUse } from './reports.ts'
import { createThroughputMeter, type ThroughputMeter } from './throughput-meter.ts'

/** A reader was too slow while other clients waited, and its slot was given to one of them. */
class SlowReaderError extends Error {
  override name = 'SlowReaderError'
}

/** The right to run one download, until `release` is called or `signal` aborts with a SlowReaderError. */
export interface Slot {
  /** Measures how fast the reader takes the download. */
  meter: ThroughputMeter
  signal: AbortSignal
  release(): void
}

interface Client {
  name: string
  running: number
  waiting: number
}

interface Waiter {
  client: Client
  resolve(slot: Slot): void
  reject(reason: unknown): void
}

interface RunningSlot extends Slot {
  client: Client
  controller: AbortController
}

/**
 * Creates a queue in which no client can block the others:
 *
 * - A free slot goes to the waiting client with the fewest running downloads, up to `downloadsPerClient`.
 * - When all slots are taken, a slow reader loses its slot to a client that has fewer downloads running.
 * - When the queue is full, the client with the most downloads loses the last one that it has waiting.
 */
export function createDownloadQueue(limits: Limits) {
  const waiters = new Set<Waiter>()
  const slots = new Set<RunningSlot>()
  let nextCheck: NodeJS.Timeout | undefined

  return {
    /**
     * Waits for a slot, which the caller has to release.
     *
     * @param clientName the client that the download counts for
     * @throws {BusyError} when the queue is full, or the slot does not become free in time
     * @throws the signal's reason when the visitor leaves
     */
    async acquire(clientName: string, signal: AbortSignal): Promise<Slot> {
      signal.throwIfAborted()
      const { waiter, slot } = enqueue(clientName)
      const timeOut = () => remove(waiter, new BusyError('No download slot became free in time.'))
      const abort = () => (signal.reason?.name === 'TimeoutError' ? timeOut() : remove(waiter, signal.reason))
      const timer = setTimeout(timeOut, limits.downloadQueueMs)
      signal.addEventListener('abort', abort, { once: true })
      assignSlots()
      try {
        return await slot
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
    },
  }

  function enqueue(clientName: string) {
    const client = findClient([...slots, ...waiters], clientName)
    if (waiters.size >= limits.waiting) remove(waiterToReplace(waiters, client), queueFull())
    client.waiting += 1
    const { promise, resolve, reject } = Promise.withResolvers<Slot>()
    const waiter: Waiter = { client, resolve, reject }
    waiters.add(waiter)
    reportUse()
    return { waiter, slot: promise }
  }

  function remove(waiter: Waiter, reason: unknown): void {
    if (!waiters.delete(waiter)) return
    waiter.client.waiting -= 1
    waiter.reject(reason)
    reportUse()
  }

  /** Gives slots to those who wait. When none is free, checks again soon whether a reader has become slow. */
  function assignSlots(): void {
    clearTimeout(nextCheck)
    for (;;) {
      const waiter = nextWaiter(waiters, limits.downloadsPerClient)
      if (!waiter) return
      if (slots.size >= limits.downloads && !revokeSlotFor(waiter.client)) {
        nextCheck = setTimeout(assignSlots, limits.slowCheckMs)
        return
      }
      start(waiter)
    }
  }

  function revokeSlotFor(client: Client): boolean {
    const slow = slowReaderFor(slots, client)
    if (!slow) return false
    free(slow)
    slow.controller.abort(new SlowReaderError('The reader was too slow while others waited.'))
    return true
  }

  function start(waiter: Waiter): void {
    const { client, resolve } = waiter
    waiters.delete(waiter)
    client.waiting -= 1
    client.running += 1
    const controller = new AbortController()
    const slot: RunningSlot = {
      client,
      controller,
      signal: controller.signal,
      meter: createThroughputMeter(limits),
      release: () => {
        if (free(slot)) assignSlots()
      },
    }
    slots.add(slot)
    resolve(slot)
    reportUse()
  }

  function free(slot: RunningSlot): boolean {
    if (!slots.delete(slot)) return false
    slot.client.running -= 1
    reportUse()
    return true
  }

  function reportUse(): void {
    if (!poolUse.hasSubscribers) return
    const [used, waiting] = [slots.size, waiters.size]
    poolUse.publish({ what: 'downloads', used, idle: 0, waiting, max: limits.downloads })
  }
}

/** Finds the client, or creates it. A client that has nothing running or waiting is forgotten, so memory cannot grow. */
function findClient(entries: { client: Client }[], name: string): Client {
  const entry = entries.find(({ client }) => client.name === name)
  return entry?.client ?? { name, running: 0, waiting: 0 }
}

/** The first who waits, of the clients with the fewest running downloads. */
function nextWaiter(waiters: Set<Waiter>, downloadsPerClient: number): Waiter | undefined {
  let next: Waiter | undefined
  for (const waiter of waiters) {
    const limit = next ? next.client.running : downloadsPerClient
    if (waiter.client.running < limit) next = waiter
  }
  return next
}

/** The slowest reader, of the client with the most running downloads, if that client has more than this one. */
function slowReaderFor(slots: Set<RunningSlot>, { running }: Client): RunningSlot | undefined {
  const [slowest] = [...slots]
    .filter(({ client, meter }) => client.running > running && meter.lagMs() > 0)
    .toSorted((a, b) => b.client.running - a.client.running || b.meter.lagMs() - a.meter.lagMs())
  return slowest
}

/**
 * The last waiter of the client with the most downloads.
 *
 * @throws {BusyError} when the newcomer would have as many downloads itself
 */
function waiterToReplace(waiters: Set<Waiter>, newcomer: Client): Waiter {
  const [busiest] = [...waiters].map(({ client }) => client).toSorted((a, b) => total(b) - total(a))
  const last = [...waiters].findLast(({ client }) => client === busiest)
  if (!busiest || !last || total(busiest) <= total(newcomer) + 1) throw queueFull()
  return last
}

function total({ running, waiting }: Client): number {
  return running + waiting
}

function queueFull(): BusyError {
  return new BusyError('Too many downloads are waiting.')
}
