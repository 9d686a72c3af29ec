// Emulates the token endpoint that App Service opens inside a site with a managed identity.
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TokenCredential } from '@azure/identity'
import { Activity, recorded, requestLine } from '../activity.ts'
import { Faults } from '../faults.ts'
import { type Answer, json, serve, withFault } from '../http.ts'
import type { Service } from '../service.ts'
import { clientOf } from './caller.ts'
import { refuse, refuseRequest } from './refusals.ts'
import { createTokens, type Principal } from './tokens.ts'

export type { Principal } from './tokens.ts'

export type IdentityService = Awaited<ReturnType<typeof startIdentity>>

/** Starts the endpoint with one user-assigned identity, the app's. */
export async function startIdentity() {
  const tenantId = randomUUID()
  const header = randomBytes(16).toString('hex')
  const app = principal('id-keyless-express', 'app')
  const faults = new Faults()
  const activity = new Activity()
  const requests: { resource: string; clientId: string }[] = []
  const tokens = createTokens(tenantId)

  function answer(request: IncomingMessage): Promise<Answer> {
    const { url = '/', headers } = request
    const query = new URL(url, 'http://localhost').searchParams
    requests.push({ resource: query.get('resource') ?? '', clientId: query.get('client_id') ?? '' })
    return withFault(
      faults.take(requestLine(request)),
      ({ status, message, headers }) => refuse(status, message, headers),
      () =>
        refuseRequest(headers['x-identity-header'], query, { header, app }) ??
        grant(query.get('resource') ?? ''),
    )
  }

  function grant(resource: string): Answer {
    const { token, expiresOn } = issue(app, resource)
    return json(200, {
      access_token: token,
      expires_on: String(expiresOn),
      resource,
      token_type: 'Bearer',
      client_id: app.clientId,
    })
  }

  const issue = (who: Principal, resource: string) =>
    tokens.issue(who, resource, service.tokenLifetimeSeconds)

  const { port, close } = await serve(recorded(answer, activity, (request) => clientOf(request, app)))
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
    /** The person who runs `azd up`: may write blobs and administers the database. */
    deployer: principal('deployer@keyless.example', 'user'),
    faults,
    /** Every request for a token, refused ones too. */
    requests,
    activity,
    /** For the tokens issued from now on. */
    tokenLifetimeSeconds,
    /** A token for any principal, without a request. */
    issue: (who: Principal, resource: string) => issue(who, resource).token,
    /** The claims of a token; throws when it is forged, expired or meant for another service. */
    verify: tokens.check,
    /** A credential for scripts and tests that act as somebody other than the app. */
    credential: (who: Principal) => credentialOf((resource) => issue(who, resource)),
    async reset() {
      faults.clear()
      requests.length = 0
      activity.clear()
      service.tokenLifetimeSeconds = tokenLifetimeSeconds
    },
    close,
  }
  return service satisfies Service
}

const tokenLifetimeSeconds = 3600

type Issue = (resource: string) => { token: string; expiresOn: number }

function credentialOf(issue: Issue): TokenCredential {
  return {
    async getToken(scopes) {
      const { token, expiresOn } = issue([scopes].flat()[0]?.replace(/\/\.default$/, '') ?? '')
      return { token, expiresOnTimestamp: expiresOn * 1000 }
    },
  }
}

/** A new principal, without any role. */
export function principal(name: string, kind: Principal['kind'] = 'app'): Principal {
  return { clientId: randomUUID(), objectId: randomUUID(), name, kind }
}
