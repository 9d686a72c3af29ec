// Decides who may change resources: the Contributors of the resource group, the deployer first, and nobody else.
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import { armError } from './errors.ts'

/** The error for a call that Azure would refuse, or nothing when it may pass. */
export function refuseAccess(
  { headers, method }: IncomingMessage,
  scope: string,
  identity: IdentityService,
  audience: string,
  contributors: Set<string>,
): Answer | undefined {
  try {
    const { appid, oid } = identity.verify(bearerToken(headers.authorization), audience)
    if (contributors.has(oid)) return undefined
    return armError({
      status: 403,
      message: `The client '${appid}' with object id '${oid}' does not have authorization to perform action '${method}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    })
  } catch (error) {
    return armError({ status: 401, message: error instanceof Error ? error.message : '' })
  }
}
