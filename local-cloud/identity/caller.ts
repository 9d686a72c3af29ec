// Names who sends a request, for people to read. Whether the token is valid is for `verify` to say.
import type { IncomingMessage } from 'node:http'
import jwt from 'jsonwebtoken'
import { bearerToken, type Principal } from './tokens.ts'

type Principals = { app: Principal; deployer: Principal }
type Owner = { oid: string; appid?: string }

/** The name of the principal that a token belongs to, or its id. */
export function nameOf({ oid, appid }: Owner, { app, deployer }: Principals): string {
  return nameIn([app, deployer], ({ objectId }) => objectId === oid) ?? shortened(appid ?? oid)
}

/** Who presents the token of a request. */
export function callerOf({ headers }: IncomingMessage, identity: Principals): string {
  if (!headers.authorization) return 'nobody, without a token'
  try {
    const claims = jwt.decode(bearerToken(headers.authorization)) as Owner | null
    return claims ? nameOf(claims, identity) : 'an unreadable token'
  } catch {
    return 'an unreadable token'
  }
}

/** Whose token is asked for at the identity endpoint. */
export function clientOf({ url = '/' }: IncomingMessage, app: Principal): string {
  const id = new URL(url, 'http://localhost').searchParams.get('client_id')
  if (!id) return 'nobody, without a client id'
  return nameIn([app], ({ clientId }) => clientId === id) ?? shortened(id)
}

function nameIn(principals: Principal[], is: (principal: Principal) => boolean): string | undefined {
  return principals.find(is)?.name
}

// A token that nobody has verified may claim anything.
function shortened(id: unknown): string {
  return String(id).slice(0, 60)
}
