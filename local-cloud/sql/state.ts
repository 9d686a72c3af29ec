// What all connections to the emulated server share.
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Faults } from '../faults.ts'
import type { Store } from './engine/store.ts'
import type { SqlServerOptions } from './index.ts'
import type { Lock } from './lock.ts'

export interface ServerState {
  options: SqlServerOptions
  secureContext: SecureContext
  store: Store
  /** Whoever has a transaction open holds the store. */
  lock: Lock
  logins: Faults
  queries: Faults
  firewall: Firewall
  administrator: Administrator
  loginCount: number
  queryCount: number
  statements: string[]
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
