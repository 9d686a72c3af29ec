// Authorizes requests for blobs, which Azurite does not.
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import { storageError } from './errors.ts'

const audience = 'https://storage.azure.com'

/** The error for a request that Azure would refuse, or nothing when it may pass. */
export function refuseAccess(request: IncomingMessage, identity: IdentityService): Answer | undefined {
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
    return mayPass(oid, request.method, identity) ? undefined : storageError({ status: 403 })
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

// All requests come from 127.0.0.1, so the identity stands for the network: the app is in the subnet.
function isApp(authorization: string | undefined, { app, verify }: IdentityService): boolean {
  try {
    return verify(bearerToken(authorization), audience).oid === app.objectId
  } catch {
    return false
  }
}

/** The app is a Storage Blob Data Reader, the deployer a Storage Blob Data Contributor, as in infra/. */
function mayPass(objectId: string, method: string | undefined, { app, deployer }: IdentityService): boolean {
  const reads = method === 'GET' || method === 'HEAD'
  return objectId === deployer.objectId || (objectId === app.objectId && reads)
}
