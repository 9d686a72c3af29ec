// Decides who may send telemetry: who is a Monitoring Metrics Publisher, and nobody else. The component has no local
// authentication, so an instrumentation key opens nothing.
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import type { IdentityService, Principal } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import { trackError } from './responses.ts'

/** What tokens must be issued for. */
export const audience = 'https://monitor.azure.com'

/** The error for a request that Azure would refuse, or nothing when it may pass. */
export function refuseAccess(
  { headers }: IncomingMessage,
  publishers: ReadonlySet<Principal>,
  identity: IdentityService,
): Answer | undefined {
  try {
    const { oid } = identity.verify(bearerToken(headers.authorization), audience)
    return [...publishers].some(({ objectId }) => objectId === oid) ? undefined : trackError(403)
  } catch (error) {
    return trackError(401, (error as Error).message)
  }
}
