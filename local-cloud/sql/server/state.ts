// What all connections to the emulated server share.
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Activity } from '../../activity.ts'
import type { Faults } from '../../faults.ts'
import type { Database, Limits } from './database.ts'

export interface SqlServerOptions {
  /** PEM. */
  certificate: { key: string; cert: string }
  database: string
  tenantId: string
  /** Object id or client id of the Entra administrator. */
  administrator: string
  /** Throws when the token is not signed by the local directory, is expired, or is for another audience. */
  verifyToken(token: string, audience: string): Promise<TokenOwner>
  /** The name of a token's owner, for people to read. */
  nameOf(owner: TokenOwner): string
  /** Other limits than the usual ones. */
  limits?: Partial<Limits>
}

export interface TokenOwner {
  appid?: string
  oid: string
}

export interface ServerState {
  options: SqlServerOptions
  secureContext: SecureContext
  database: Database
  /** How many rows have been inserted, updated or deleted. */
  changes: number
  logins: Faults
  faults: Faults
  firewall: Firewall
  administrator: Administrator
  loginCount: number
  queryCount: number
  requests: string[]
  activity: Activity
  sockets: Set<Socket>
}

export interface Administrator {
  /** Object id or client id. */
  sid: string
  /** Knows an application that administers the server by its client id alone, not by its object id too. */
  byClientIdOnly: boolean
}

export interface Firewall {
  /** Refuses every address that is not allowed. */
  closed: boolean
  allowed: Set<string>
}
