// Faults that tests ask for, as a client on the wire meets them.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from '../../faults.ts'
import type { Client } from '../tds/client.ts'

/**
 * Lets a fault have its way before an answer is made.
 *
 * @returns whether there is to be an answer at all
 */
export async function survives(
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

/** Sends an answer, or as much of it as the fault leaves over. */
export function sendThrough(fault: Fault | undefined, client: Client, tokens: Buffer): void {
  if (fault?.kind === 'cut') client.cut(tokens, fault.afterBytes)
  else client.send(tokens)
}
