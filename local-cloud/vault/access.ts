// Decides who may read secrets: who is a Key Vault Secrets User, and nobody else.
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import type { IdentityService, Principal } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import { tokenProblem, vaultError } from './errors.ts'

/** What tokens must be issued for. The SDK refuses it unless the vault's host ends with "." and this host. */
const resource = 'https://vault.localhost'

/** The challenge, which tells a client where to get a token and for which resource. */
export function unauthorized({ tenantId }: IdentityService, message?: string): Answer {
  const authorization = `https://login.microsoftonline.com/${tenantId}`
  const headers = { 'www-authenticate': `Bearer authorization="${authorization}", resource="${resource}"` }
  return vaultError(401, message, { headers })
}

/** The error for a request that Azure would refuse, or nothing when it may pass. */
export function refuseAccess(
  { headers }: IncomingMessage,
  readers: ReadonlySet<Principal>,
  identity: IdentityService,
): Answer | undefined {
  try {
    const { oid, appid, iss } = identity.verify(bearerToken(headers.authorization), resource)
    if ([...readers].some(({ objectId }) => objectId === oid)) return undefined
    return vaultError(403, notAuthorized(`appid=${appid};oid=${oid};iss=${iss}`))
  } catch (error) {
    return unauthorized(identity, tokenProblem(error))
  }
}

const notAuthorized = (caller: string) =>
  'Caller is not authorized to perform action on resource.\r\n' +
  'If role assignments, deny assignments or role definitions were changed recently, ' +
  `please observe propagation time.\r\nCaller: ${caller}`
