// Decides who may read secrets: who is a Key Vault Secrets User, and nobody else.
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import type { IdentityService, Principal } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import { tokenProblem, vaultError } from './errors.ts'

/** The resource of the vaults on this machine, as a client makes it from the host of a vault, without its first label. */
const resource = 'https://vault.localhost'

/**
 * The resource that the challenge names. The SDKs refuse it unless the host of the vault ends with "." and this one: those for
 * JavaScript and Java compare hosts, those for Go and Python ports as well.
 */
export const resourceAt = (port: number): string => `${resource}:${port}`

/** The challenge, which tells a client where to get a token and for which resource. */
export function unauthorized({ tenantId }: IdentityService, port: number, message?: string): Answer {
  const authorization = `https://login.microsoftonline.com/${tenantId}`
  const headers = {
    'www-authenticate': `Bearer authorization="${authorization}", resource="${resourceAt(port)}"`,
  }
  return vaultError(401, message, { headers })
}

/** The error for a request that Azure would refuse, or nothing when it may pass. */
export function refuseAccess(
  { headers }: IncomingMessage,
  readers: ReadonlySet<Principal>,
  identity: IdentityService,
  port: number,
): Answer | undefined {
  try {
    const { oid, appid, iss } = identity.verify(
      bearerToken(headers.authorization),
      resourceAt(port),
      resource,
    )
    if ([...readers].some(({ objectId }) => objectId === oid)) return undefined
    return vaultError(403, notAuthorized(`appid=${appid};oid=${oid};iss=${iss}`))
  } catch (error) {
    return unauthorized(identity, port, tokenProblem(error))
  }
}

const notAuthorized = (caller: string) =>
  'Caller is not authorized to perform action on resource.\r\n' +
  'If role assignments, deny assignments or role definitions were changed recently, ' +
  `please observe propagation time.\r\nCaller: ${caller}`
