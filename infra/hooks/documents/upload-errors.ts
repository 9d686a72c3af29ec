// Decides what to do about a failed upload: wait, open the account, or stop with a sentence that says what to do.
import { deployAgain, Failure, reasonOf, runAgain } from '../shared/failure.ts'
import type { Limits } from '../shared/limits.ts'
import { inside } from '../shared/private-network.ts'
import { progress } from '../shared/progress.ts'
import type { Transient } from '../shared/retry.ts'
import type { Settings } from '../shared/settings.ts'
import type { NetworkRules } from './network-rules.ts'

/**
 * Prepares to classify failed requests. Opens the account when its network rules may have refused the request, and again when
 * another run has closed it. Opens nothing if there are private endpoints: whoever has those forbids that.
 */
export function createUploadErrors(rules: NetworkRules, { privateEndpoints }: Settings, limits: Limits) {
  let closedByAnother = false

  /** @throws {Failure} when waiting does not help */
  return async function classify(error: unknown): Promise<Transient> {
    const { statusCode, code } = error as { statusCode?: number; code?: string }
    if (statusCode !== 403) throw error instanceof Failure ? error : new Failure(explain(error, code))
    // This code means a missing role, so the network rules have allowed the request.
    if (code === 'AuthorizationPermissionMismatch') {
      return {
        waitingFor: 'your role on the container, which works up to ten minutes after it was assigned',
        atMostMs: limits.roleMs,
        otherwise: `Your role on the container still does not work (${code}): wait a few minutes, then ${runAgain}, or \`azd provision --no-state\` if somebody has deleted it.`,
      }
    }
    if (privateEndpoints) throw new Failure(`Blob Storage does not let this machine in (${code}): ${inside}`)
    const outcome = await rules.open()
    if (outcome === 'first') {
      progress.done('Opened Blob Storage to all networks for the upload; it still asks everyone for a token')
    }
    if (outcome === 'again') {
      closedByAnother = true
      progress.done('Opened Blob Storage again, because somebody else had closed it')
    }
    return {
      // A different text, so that the time limit starts again.
      waitingFor: `Blob Storage to let this machine in${closedByAnother ? ' again' : ''}`,
      atMostMs: limits.firewallMs,
      otherwise: `Blob Storage still refuses this machine (${code}): ask whether a policy of your organization closes it, then ${runAgain}.`,
    }
  }
}

function explain(error: unknown, code = 'no answer'): string {
  const problem = `Blob Storage did not take the documents (${code}: ${reasonOf(error)})`
  if (code === 'ContainerNotFound') return `${problem}: ${deployAgain}, which makes the container.`
  return `${problem}: ${runAgain} once that is settled.`
}
