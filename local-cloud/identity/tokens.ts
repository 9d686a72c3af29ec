// Issues and checks access tokens as Microsoft Entra ID would: signed, short-lived, for one audience.
import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import jwt from 'jsonwebtoken'

/** Somebody who can sign in: a managed identity, or the person who deploys. */
export type Principal = { clientId: string; objectId: string; name: string; kind: 'app' | 'user' }

/** A new principal, without any role. */
export function principal(name: string, kind: Principal['kind'] = 'app'): Principal {
  return { clientId: randomUUID(), objectId: randomUUID(), name, kind }
}

type Claims = {
  iss: string
  aud: string
  iat: number
  nbf: number
  exp: number
  appid: string
  oid: string
  tid: string
}

/** The directory has a clock of its own: a test may set that of the site, in the same process. */
const clock = () => performance.timeOrigin + performance.now()

/** Why a token is refused; it is the `cause` of the error that `verify` throws. */
export type Refusal = 'malformed' | 'signature' | 'audience' | 'expired'

/** A signing key that lives as long as this process, and the two things to do with it. */
export function createTokens(tenantId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  function issue(principal: Principal, audience: string, lifetimeSeconds: number) {
    const now = Math.floor(clock() / 1000)
    const exp = now + lifetimeSeconds
    const claims = { ...claimsOf(principal, tenantId), aud: audience, iat: now, nbf: now, exp }
    return { token: jwt.sign(claims, privateKey, { algorithm: 'ES256' }), expiresOn: exp }
  }

  /** `audiences` are the names of one service; an error names the first. */
  function check(token: string, ...audiences: string[]): Claims {
    const claims = verified(token, publicKey)
    if (!audiences.some((audience) => withoutSlash(claims.aud) === withoutSlash(audience))) {
      throw refuse('audience', `Invalid audience. Expected ${audiences[0]}, found: ${claims.aud}.`)
    }
    if (claims.exp * 1000 <= clock()) throw refuse('expired', 'The token is expired.')
    return claims
  }

  return { issue, check }
}

function verified(token: string, publicKey: KeyObject): Claims {
  try {
    return jwt.verify(token, publicKey, {
      algorithms: ['ES256'],
      ignoreExpiration: true,
      clockTimestamp: Math.floor(clock() / 1000),
    }) as Claims
  } catch {
    throw refuse('signature', 'The token is not signed by the identity service of this local cloud.')
  }
}

/** The token of an Authorization header. */
export function bearerToken(authorization: string | undefined): string {
  const [scheme, token] = authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'bearer' || !token) throw refuse('malformed', 'There is no bearer token.')
  return token
}

const claimsOf = ({ clientId, objectId, name, kind }: Principal, tenantId: string) => ({
  iss: `https://sts.windows.net/${tenantId}/`,
  tid: tenantId,
  appid: clientId,
  oid: objectId,
  sub: objectId,
  idtyp: kind,
  ...(kind === 'user' ? { upn: name, scp: 'user_impersonation' } : { appidacr: '2' }),
  uti: randomUUID(), // so that no two tokens are the same
  ver: '1.0',
})

const withoutSlash = (audience: string) => audience.replace(/\/$/, '')
const refuse = (cause: Refusal, message: string) => new Error(message, { cause })
