// Applies the faults that a test has queued.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../faults.ts'
import type { Client } from '../tds/client.ts'

/**
 * Applies a fault that comes before the response: a delay, silence, or a dropped connection.
 *
 * @returns whether a response is to be sent
 */
export async function applyBeforeResponse(
  fault: Fault | undefined,
  client: Client,
  signal: AbortSignal,
): Promise<boolean> {
  switch (fault?.kind) {
    case 'delay':
      await sleep(fault.milliseconds, undefined, { signal }).catch(() => {})
      return !signal.aborted
    case 'hang':
      await aborted(signal)
      return false
    case 'drop':
      client.drop()
      return false
    default:
      return true
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** Sends a response, or as much of it as the fault allows. */
export function sendOrCut(fault: Fault | undefined, client: Client, tokens: Buffer): void {
  if (fault?.kind !== 'cut') client.send(tokens)
  else client.cut(tokens, fault.afterBytes === 'half' ? Math.floor(tokens.length / 2) : fault.afterBytes)
}
