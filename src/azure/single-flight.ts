// Request coalescing: equal calls that are made at the same time share one call to Azure.
import type { Limits } from '../limits.ts'
import { abortable } from './abortable.ts'
import { reported, sharedWork } from './reports.ts'

interface Call<T> {
  result: Promise<T>
  startedAt: number
  callers: number
  ended: boolean
  controller: AbortController
}

/**
 * Creates a function that calls `work`, or shares a call with the same key that started a moment ago and has not ended yet.
 *
 * All callers get the same result, or the same error. Nothing is cached after the call has ended. When the last caller's
 * signal aborts, the call is aborted too.
 */
export function createSingleFlight<T>({ coalesceMs }: Pick<Limits, 'coalesceMs'>) {
  const calls = new Map<string, Call<T>>()

  return async (key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    signal.throwIfAborted()
    const running = calls.get(key)
    const shared = running && performance.now() - running.startedAt < coalesceMs
    const call = shared ? running : start(key, work)
    call.callers += 1
    try {
      const wait = () => abortable(call.result, signal)
      return await (shared ? reported(sharedWork, { what: 'an equal request' }, wait) : wait())
    } finally {
      call.callers -= 1
      if (call.callers === 0) {
        forgetCall(key, call)
        // The error that abort() creates takes as long as all else here.
        if (!call.ended) call.controller.abort()
      }
    }
  }

  function forgetCall(key: string, call: Call<T>): void {
    if (calls.get(key) === call) calls.delete(key)
  }

  function start(key: string, work: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController()
    const call = {
      result: work(controller.signal),
      startedAt: performance.now(),
      callers: 0,
      ended: false,
      controller,
    }
    calls.set(key, call)
    // Before any caller continues: whoever calls again as soon as it has failed makes a new call.
    const end = () => {
      call.ended = true
      forgetCall(key, call)
    }
    call.result.then(end, end)
    return call
  }
}
