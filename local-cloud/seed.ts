// What the services of the local cloud hold when they start. It is handed in: this package knows no sample data.
import type { SeedDocument } from './blobs/index.ts'
import type { SeedSecret } from './vault/index.ts'

export interface Seed {
  documents?: SeedDocument[]
  secret?: SeedSecret
  /** Prepares the empty database: creates tables, and users for the identities that may sign in. */
  prepareDatabase?(database: DatabaseAccess): Promise<void>
}

/** How to sign in to the database as its administrator, and the identity of the site, which is to become a user. */
export interface DatabaseAccess {
  server: string
  port: number
  database: string
  /** The certificate authority to trust, in PEM. */
  ca: string
  /** An access token of the administrator. */
  token: string
  site: { name: string; clientId: string }
}
