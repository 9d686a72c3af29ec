// Imitates the token endpoint that App Service opens inside a site with a managed identity.
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TokenCredential } from '@azure/identity'
import { Faults } from '../faults.ts'
import { type Answer, json, serve, withFault } from '../http.ts'
import type { Service } from '../service.ts'
import { createTokens, type Principal } from './tokens.ts'

export type { Principal } from './tokens.ts'

export type IdentityService = Awaited<ReturnType<typeof startIdentity>>

/** Starts the endpoint with one user-assigned identity, the app's. */
export async function startIdentity() {
  const tenantId = randomUUID()
  const header = randomBytes(16).toString('hex')
  const app = principal('id-keyless-express', 'app')
  const faults = new Faults()
  const requests: { resource: string; clientId: string }[] = []
  const tokens = createTokens(tenantId)

  function answer({ url = '/', headers }: IncomingMessage): Promise<Answer> {
    const query = new URL(url, 'http://localhost').searchParams
    requests.push({ resource: query.get('resource') ?? '', clientId: query.get('client_id') ?? '' })
    return withFault(
      faults.take(),
      ({ status, message, headers }) => refuse(status, message, headers),
      () => grant(headers['x-identity-header'], query),
    )
  }

  function grant(givenHeader: unknown, query: URLSearchParams): Answer {
    const resource = query.get('resource')
    if (givenHeader === undefined) return refuse(401, 'X-IDENTITY-HEADER is missing.')
    if (givenHeader !== header) return refuse(403, 'X-IDENTITY-HEADER is wrong.')
    if (query.get('api-version') !== '2019-08-01') return refuse(400, 'Use api-version 2019-08-01.')
    if (!resource) return refuse(400, 'The resource is missing.')
    // A site without a system-assigned identity has nothing to fall back on when nobody is named.
    if (query.get('client_id') !== app.clientId)
      return refuse(400, 'Unable to load the proper Managed Identity.')

    const { token, expiresOn } = tokens.issue(app, resource, service.tokenLifetimeSeconds)
    return json(200, {
      access_token: token,
      expires_on: String(expiresOn),
      resource,
      token_type: 'Bearer',
      client_id: app.clientId,
    })
  }

  const { port, close } = await serve(answer)
  const endpoint = `http://127.0.0.1:${port}/msi/token`
  const service = {
    endpoint,
    env: {
      AZURE_CLIENT_ID: app.clientId,
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      IDENTITY_ENDPOINT: endpoint,
      IDENTITY_HEADER: header,
    },
    header,
    tenantId,
    /** The app's managed identity. */
    app,
    /** Whoever runs `azd up`: fills the storage, administers the database. */
    deployer: principal('deployer@keyless.example', 'user'),
    faults,
    /** Every request for a token, refused ones too. */
    requests,
    /** For the tokens issued from now on. */
    tokenLifetimeSeconds,
    /** A token for any principal, without a request. */
    issue: (who: Principal, resource: string) =>
      tokens.issue(who, resource, service.tokenLifetimeSeconds).token,
    /** The claims of a token; throws when it is forged, expired or meant for another service. */
    verify: tokens.check,
    /** A credential for scripts and tests that act as somebody other than the app. */
    credential: (who: Principal): TokenCredential => ({
      async getToken(scopes) {
        const resource = [scopes].flat()[0]?.replace(/\/\.default$/, '') ?? ''
        const { token, expiresOn } = tokens.issue(who, resource, service.tokenLifetimeSeconds)
        return { token, expiresOnTimestamp: expiresOn * 1000 }
      },
    }),
    async reset() {
      faults.clear()
      requests.length = 0
      service.tokenLifetimeSeconds = tokenLifetimeSeconds
    },
    close,
  }
  return service satisfies Service
}

const tokenLifetimeSeconds = 3600

/** Somebody new, known to nobody and allowed nothing. */
export function principal(name: string, kind: Principal['kind'] = 'app'): Principal {
  return { clientId: randomUUID(), objectId: randomUUID(), name, kind }
}

const refuse = (statusCode: number, message = 'The identity service is not well.', headers = {}): Answer =>
  json(statusCode, { statusCode, message, correlationId: randomUUID() }, headers)
