// Imitates reading secrets from Key Vault, beginning with its challenge: who asks without a token learns where to get one.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, json, serve, withFault } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import { bearerToken } from '../identity/tokens.ts'
import type { Service } from '../service.ts'
import { tokenProblem, vaultError } from './errors.ts'
import { type Attributes, createSecrets } from './secrets.ts'

export type VaultService = Awaited<ReturnType<typeof startVault>>

export type SeedSecret = { name: string; value: string } & Attributes

type Options = { identity: IdentityService; certificates: Certificates }

// The SDK refuses a challenge unless the vault's host ends with "." and the resource's host: hence these two names.
const resource = 'https://vault.localhost'
const host = 'demo.vault.localhost'

/** Starts an empty vault that the app may read. */
export async function startVault({ identity, certificates }: Options) {
  const faults = new Faults()
  const requests: { method: string; url: string }[] = []
  let challenges = 0

  async function answer(request: IncomingMessage): Promise<Answer> {
    // Not counted as a request and not hit by a fault: each new SecretClient begins this way.
    if (!request.headers.authorization) {
      challenges += 1
      return unauthorized()
    }
    requests.push({ method: request.method ?? '', url: request.url ?? '' })
    return withFault(
      faults.take(),
      ({ status, message, ...details }) => vaultError(status, message, details),
      () => refuseAccess(request) ?? readSecret(request),
    )
  }

  function refuseAccess({ headers }: IncomingMessage): Answer | undefined {
    try {
      const { oid, appid, iss } = identity.verify(bearerToken(headers.authorization), resource)
      if (oid === identity.app.objectId) return undefined
      return vaultError(403, notAuthorized(`appid=${appid};oid=${oid};iss=${iss}`))
    } catch (error) {
      return unauthorized(tokenProblem(error))
    }
  }

  function unauthorized(message?: string): Answer {
    const authorization = `https://login.microsoftonline.com/${identity.tenantId}`
    const headers = { 'www-authenticate': `Bearer authorization="${authorization}", resource="${resource}"` }
    return vaultError(401, message, { headers })
  }

  function readSecret({ method, url = '/' }: IncomingMessage): Answer {
    const { pathname, searchParams } = new URL(url, resource)
    const [, collection, name = '', version = ''] = pathname.split('/')
    if (!searchParams.has('api-version')) return vaultError(400, 'api-version must be specified')
    if (collection !== 'secrets' || !name) return vaultError(404, 'Not found.', { code: 'NotFound' })
    if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) return vaultError(400, invalidName(name))
    if (method !== 'GET') return vaultError(405)

    const secret = secrets.find(name, version)
    if (!secret) return vaultError(404, notFound(name))
    if (!secret.attributes.enabled) return vaultError(403, disabled, { code: 'SecretDisabled' })
    // An expired secret is still given out: the attributes are the reader's to heed.
    return json(200, secret, { 'x-ms-request-id': randomUUID(), 'x-ms-keyvault-region': 'local' })
  }

  const { port, close } = await serve(answer, certificates)
  const endpoint = `https://${host}:${port}`
  const secrets = createSecrets(endpoint)
  let seeded: SeedSecret | undefined

  function seed(secret: SeedSecret): void {
    seeded = secret
    secrets.set(secret.name, secret.value, secret)
  }

  const service = {
    endpoint,
    get env() {
      return {
        AZURE_KEY_VAULT_ENDPOINT: endpoint,
        ...(seeded && { AZURE_KEY_VAULT_SECRET_NAME: seeded.name }),
      }
    },
    faults,
    /** The requests that came with a token. */
    requests,
    /** How often the vault asked for a token. */
    get challenges() {
      return challenges
    },
    /** Sets a new version of a secret, disabled or expired if the attributes say so. */
    set: (name: string, value: string, attributes?: Attributes) => void secrets.set(name, value, attributes),
    /** Sets the secret that the site is told to read, now and at each reset. */
    seed,
    async reset() {
      faults.clear()
      requests.length = 0
      challenges = 0
      secrets.clear()
      if (seeded) seed(seeded)
    },
    close,
  }
  return service satisfies Service
}

const invalidName = (name: string) => `The request URI contains an invalid name: ${name}`
const notFound = (name: string) => `A secret with (name/id) ${name} was not found in this key vault.`
const disabled = 'Operation get is not allowed on a disabled secret.'
const notAuthorized = (caller: string) =>
  'Caller is not authorized to perform action on resource.\r\n' +
  'If role assignments, deny assignments or role definitions were changed recently, ' +
  `please observe propagation time.\r\nCaller: ${caller}`
