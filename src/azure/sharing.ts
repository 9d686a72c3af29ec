// Equal calls that are under way at the same time are made once.
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'

interface Call<T> {
  result: Promise<T>
  startedAt: number
  waiting: number
  controller: AbortController
}

/**
 * Creates a function that calls `work`, unless a call with the same key began a moment ago and is still under way: then its
 * result is shared, be it an error. Nothing is remembered once a call has ended. A call ends with the last who waits for it.
 */
export function createSharing<T>({ shareMs }: Pick<Limits, 'shareMs'>) {
  const calls = new Map<string, Call<T>>()

  return async (key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    const running = calls.get(key)
    const call = running && performance.now() - running.startedAt < shareMs ? running : start(key, work)
    call.waiting += 1
    try {
      return await abortable(call.result, signal)
    } finally {
      call.waiting -= 1
      if (call.waiting === 0) {
        if (calls.get(key) === call) calls.delete(key)
        call.controller.abort()
      }
    }
  }

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController()
    const call = { result: work(controller.signal), startedAt: performance.now(), waiting: 0, controller }
    calls.set(key, call)
    return call
  }
}
