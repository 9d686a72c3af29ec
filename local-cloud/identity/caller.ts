// Names who sends a request, for people to read. Whether the token is valid is for `verify` to say.
import type { IncomingMessage } from 'node:http'
import jwt from 'jsonwebtoken'
import { has, type Identities, idsIn } from './identities.ts'
import { bearerToken, type Principal } from './tokens.ts'

type Principals = Identities & { deployer: Principal }
type Owner = { oid: string; appid?: string }

/** The name of the principal that a token belongs to, or its id. */
export function nameOf({ oid, appid }: Owner, principals: Principals): string {
  const { systemAssigned, userAssigned, deployer } = principals
  const known = [...userAssigned, deployer, ...(systemAssigned ? [systemAssigned] : [])]
  return known.find(({ objectId }) => objectId === oid)?.name ?? shortened(appid ?? oid)
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
export function clientOf(
  { url = '/' }: IncomingMessage,
  { systemAssigned, userAssigned }: Identities,
): string {
  const [id] = idsIn(new URL(url, 'http://localhost').searchParams)
  if (!id) return systemAssigned?.name ?? 'nobody, without a client id'
  return userAssigned.find((identity) => has(identity, id))?.name ?? shortened(id.value)
}

// A token that nobody has verified may claim anything.
function shortened(id: unknown): string {
  return String(id).slice(0, 60)
}
