// Not every operation of the Azure clients can be canceled. This stops waiting for them instead.

/**
 * Waits for a promise until a signal aborts.
 *
 * @returns the value of the promise
 * @throws the signal's reason once it has aborted, even when the promise rejects with another error; otherwise the error of
 *   the promise
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
