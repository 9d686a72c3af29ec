// Authorizes requests for blobs, which Azurite does not.
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import type { IdentityService, Principal } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import { storageError } from './errors.ts'

const audience = 'https://storage.azure.com'

/** The error for a request that Azure would refuse, or nothing when it may pass. */
export function refuseAccess(
  request: IncomingMessage,
  readers: ReadonlySet<Principal>,
  identity: IdentityService,
): Answer | undefined {
  const challenge = {
    'www-authenticate': `Bearer authorization_uri=https://login.microsoftonline.com/${identity.tenantId}/oauth2/authorize resource_id=${audience}`,
  }
  const { authorization } = request.headers
  if (authorization?.startsWith('SharedKey') || request.url?.includes('sig=')) {
    return storageError({
      status: 403,
      code: 'KeyBasedAuthenticationNotPermitted',
      message: 'Key based authentication is not permitted on this storage account.',
    })
  }
  if (!authorization) {
    return storageError({ status: 401, code: 'NoAuthenticationInformation', headers: challenge })
  }
  try {
    const { oid } = identity.verify(bearerToken(authorization), audience)
    return mayPass(oid, request.method, readers, identity) ? undefined : storageError({ status: 403 })
  } catch (error) {
    return storageError({
      status: 401,
      detail: error instanceof Error ? error.message : '',
      headers: challenge,
    })
  }
}

/** The error for a request from outside the app's subnet while the account is closed, or nothing. */
export function refuseNetwork(
  { headers }: IncomingMessage,
  { closed }: { closed: boolean },
  identity: IdentityService,
): Answer | undefined {
  if (!closed || isApp(headers.authorization, identity)) return undefined
  const message = 'This request is not authorized to perform this operation.'
  return storageError({ status: 403, code: 'AuthorizationFailure', message })
}

// All requests come from 127.0.0.1, so the identity stands for the network: the app is in the subnet, whichever it uses.
function isApp(authorization: string | undefined, identity: IdentityService): boolean {
  const { systemAssigned, userAssigned, verify } = identity
  try {
    const { oid } = verify(bearerToken(authorization), audience)
    return [systemAssigned, ...userAssigned].some((own) => own?.objectId === oid)
  } catch {
    return false
  }
}

/** Readers are Storage Blob Data Readers, the deployer is a Storage Blob Data Contributor, as in infra/. */
function mayPass(
  oid: string,
  method: string | undefined,
  readers: ReadonlySet<Principal>,
  { deployer }: IdentityService,
): boolean {
  const reads = method === 'GET' || method === 'HEAD'
  return oid === deployer.objectId || (reads && [...readers].some(({ objectId }) => objectId === oid))
}
