// Emulates the token endpoint that App Service opens inside a site with a managed identity of either kind, or several.
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TokenCredential } from '@azure/identity'
import { Activity, recorded, requestLine } from '../activity.ts'
import { Faults } from '../faults.ts'
import { type Answer, json, serve, withFault } from '../http.ts'
import type { Service } from '../service.ts'
import { clientOf } from './caller.ts'
import { answerFor, createIdentities, type Identities, type IdentityOptions } from './identities.ts'
import { refuse, refuseRequest } from './refusals.ts'
import { createTokens, type Principal, principal } from './tokens.ts'

export type { IdentityOptions } from './identities.ts'
export { type Principal, principal } from './tokens.ts'

export type IdentityService = Awaited<ReturnType<typeof startIdentity>>

/** Starts the endpoint, with one user-assigned identity unless told otherwise. */
export async function startIdentity(options: IdentityOptions = { userAssigned: ['id-keyless-express'] }) {
  const tenantId = randomUUID()
  const header = randomBytes(16).toString('hex')
  const identities = createIdentities(options)
  const { systemAssigned, userAssigned } = identities
  const app = userAssigned[0] ?? systemAssigned ?? principal('app-keyless-express')
  const faults = new Faults()
  const activity = new Activity()
  const requests: { resource: string; clientId: string }[] = []
  const issued: { resource: string; to: string }[] = []
  const tokens = createTokens(tenantId)

  function answer(request: IncomingMessage): Promise<Answer> {
    const { url = '/', headers } = request
    const { pathname, searchParams: query } = new URL(url, 'http://localhost')
    requests.push({ resource: query.get('resource') ?? '', clientId: query.get('client_id') ?? '' })
    if (pathname !== '/msi/token') return Promise.resolve('drop')
    return withFault(
      faults.take(requestLine(request)),
      ({ status, message, headers }) => refuse(status, message, headers),
      () =>
        refuseRequest(headers['x-identity-header'], query, header) ??
        answerFor(query, identities, (identity) => grant(identity, query.get('resource') ?? '')),
    )
  }

  function grant(identity: Principal, resource: string): Answer {
    const { token, expiresOn } = issue(identity, resource)
    issued.push({ resource, to: identity.name })
    return json(200, {
      access_token: token,
      expires_on: String(expiresOn),
      resource,
      token_type: 'Bearer',
      client_id: identity.clientId,
    })
  }

  const issue = (who: Principal, resource: string) =>
    tokens.issue(who, resource, service.tokenLifetimeSeconds)

  const { port, close } = await serve(recorded(answer, activity, (request) => clientOf(request, identities)))
  const origin = `http://127.0.0.1:${port}`
  const endpoint = `${origin}/msi/token`
  const service = {
    endpoint,
    env: variablesOf(identities, origin, header),
    header,
    tenantId,
    /** The managed identity that the app uses: the first user-assigned one, or else the system-assigned one. */
    app,
    systemAssigned,
    userAssigned,
    /** The person who runs `azd up`: may write blobs and administers the database. */
    deployer: principal('deployer@keyless.example', 'user'),
    faults,
    /** Every request for a token, refused ones too. */
    requests,
    /** Every token that was given out: for which resource, and to the identity of which name. */
    issued,
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
      issued.length = 0
      activity.clear()
      service.tokenLifetimeSeconds = tokenLifetimeSeconds
    },
    close,
  }
  return service satisfies Service
}

const tokenLifetimeSeconds = 3600

/** What App Service and the deployment set in the environment of the site. */
function variablesOf(
  { systemAssigned, userAssigned: [first] }: Identities,
  origin: string,
  header: string,
): Record<string, string> {
  const endpoint = { IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: header }
  // Without an identity App Service sets neither, and the SDK asks 169.254.169.254. From App Service that is believed to be
  // out of reach, and from here it must not be asked; what the SDK asks instead drops the connection.
  const unreachable = { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin }
  return {
    ...(first && { AZURE_CLIENT_ID: first.clientId }),
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    ...(first || systemAssigned ? endpoint : unreachable),
  }
}

type Issue = (resource: string) => { token: string; expiresOn: number }

function credentialOf(issue: Issue): TokenCredential {
  return {
    async getToken(scopes) {
      const { token, expiresOn } = issue([scopes].flat()[0]?.replace(/\/\.default$/, '') ?? '')
      return { token, expiresOnTimestamp: expiresOn * 1000 }
    },
  }
}
