// Not everything that Azure's clients wait for can be cancelled, so the waiting is what ends.

/**
 * Waits for a promise until a signal aborts.
 *
 * @returns what the promise gives
 * @throws the signal's reason once it has aborted, whatever the promise itself makes of the abort; else what the promise throws
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  try {
    return await Promise.race([promise, aborted])
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
