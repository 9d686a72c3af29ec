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
  loginCount: number
  queryCount: number
  statements: string[]
  sockets: Set<Socket>
}

export interface Firewall {
  /** Refuses every address that is not allowed. */
  closed: boolean
  allowed: Set<string>
}
