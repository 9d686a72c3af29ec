// Turns for downloads, shared out fairly between clients.
import type { Limits } from '../limits.ts'
import { BusyError } from './busy-error.ts'
import { createPace, type Pace } from './pace.ts'

/** A reader was too slow while others waited, and its download has made room for theirs. */
export class SlowReaderError extends Error {
  override name = 'SlowReaderError'
}

/** The right to download. It ends with `end`, or with the signal, which aborts with a SlowReaderError to make room. */
export interface Turn {
  /** Tells the queue how well the reader keeps up. */
  pace: Pace
  signal: AbortSignal
  end(): void
}

interface Client {
  name: string
  running: number
  waiting: number
}

interface Place {
  client: Client
  resolve(turn: Turn): void
  reject(reason: unknown): void
}

interface RunningTurn extends Turn {
  client: Client
  room: AbortController
}

/**
 * Creates a queue in which no client gets in the way of another. The next turn goes to the client with the fewest running
 * downloads, and to none that has its share already. When all turns are taken, a slow reader gives its own up for a client
 * that has fewer running than the slow one's client. When all places to wait are taken, the client that asks for most loses
 * its latest.
 */
export function createDownloadQueue(limits: Limits) {
  const places = new Set<Place>()
  const running = new Set<RunningTurn>()
  let nextCheck: NodeJS.Timeout | undefined

  return {
    /**
     * Waits for a turn. Whoever gets it has to end it.
     *
     * @param clientName whom the download counts for
     * @throws {BusyError} when too many wait already, or the turn does not come in time
     * @throws the signal's reason when the visitor leaves
     */
    async turn(clientName: string, signal: AbortSignal): Promise<Turn> {
      signal.throwIfAborted()
      const place = takePlace(clientName)
      const late = () => leave(place.entry, new BusyError('The turn to download did not come in time.'))
      const abort = () =>
        signal.reason?.name === 'TimeoutError' ? late() : leave(place.entry, signal.reason)
      const timer = setTimeout(late, limits.downloadTurnMs)
      signal.addEventListener('abort', abort, { once: true })
      advance()
      try {
        return await place.turn
      } finally {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
      }
    },
  }

  function takePlace(clientName: string) {
    const client = clientNamed(clientName)
    if (places.size >= limits.waiting) freePlaceFor(client)
    client.waiting += 1
    const { promise, resolve, reject } = Promise.withResolvers<Turn>()
    const entry: Place = { client, resolve, reject }
    places.add(entry)
    return { entry, turn: promise }
  }

  /** Nothing is kept of a client that has nothing running or waiting, so there is nothing to grow. */
  function clientNamed(name: string): Client {
    const known = [...running, ...places].find(({ client }) => client.name === name)
    return known?.client ?? { name, running: 0, waiting: 0 }
  }

  function freePlaceFor(newcomer: Client): void {
    const [greediest] = [...places].map(({ client }) => client).toSorted((a, b) => total(b) - total(a))
    const error = new BusyError('Too many downloads are waiting.')
    if (!greediest || total(greediest) <= total(newcomer) + 1) throw error
    const latest = [...places].findLast(({ client }) => client === greediest)
    if (latest) leave(latest, error)
  }

  function leave(place: Place, reason: unknown): void {
    if (!places.delete(place)) return
    place.client.waiting -= 1
    place.reject(reason)
  }

  /** Starts whoever can start. Looks again in a moment while somebody waits for a turn that a slow reader may hold. */
  function advance(): void {
    clearTimeout(nextCheck)
    for (let place = nextPlace(); place; place = nextPlace()) {
      if (running.size >= limits.downloads) {
        const slow = slowReaderFor(place.client)
        if (!slow) {
          nextCheck = setTimeout(advance, limits.slowCheckMs)
          return
        }
        release(slow)
        slow.room.abort(new SlowReaderError('The reader was slow while others waited.'))
      }
      start(place)
    }
  }

  function nextPlace(): Place | undefined {
    let next: Place | undefined
    for (const place of places) {
      const most = next ? next.client.running : limits.downloadsPerClient
      if (place.client.running < most) next = place
    }
    return next
  }

  function slowReaderFor({ running: fewest }: Client): RunningTurn | undefined {
    const [slowest] = [...running]
      .filter(({ client, pace }) => client.running > fewest && pace.lag() > 0)
      .toSorted((a, b) => b.client.running - a.client.running || b.pace.lag() - a.pace.lag())
    return slowest
  }

  function start(place: Place): void {
    const { client, resolve } = place
    places.delete(place)
    client.waiting -= 1
    client.running += 1
    const room = new AbortController()
    const turn: RunningTurn = {
      client,
      room,
      signal: room.signal,
      pace: createPace(limits),
      end: () => {
        if (release(turn)) advance()
      },
    }
    running.add(turn)
    resolve(turn)
  }

  function release(turn: RunningTurn): boolean {
    if (!running.delete(turn)) return false
    turn.client.running -= 1
    return true
  }
}

function total({ running, waiting }: Client): number {
  return running + waiting
}
