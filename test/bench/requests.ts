// How many requests the services got, as the local cloud has counted them.
import type { LocalCloud } from 'local-cloud'

export interface RequestCounts {
  identity: number
  vault: number
  blobs: number
  /** Statements and batches, with the one by which a driver sets its options after a login. */
  sql: number
}

const none: RequestCounts = { identity: 0, vault: 0, blobs: 0, sql: 0 }

/** Counts the requests since an earlier count, or since the start. Divided by `by`, if those of one of several requests are meant. */
export function countRequests(cloud: LocalCloud, since = none, by = 1): RequestCounts {
  const { identity, vault, blobs, sql } = cloud
  return {
    identity: (identity.activity.total - since.identity) / by,
    vault: (vault.activity.total - since.vault) / by,
    blobs: (blobs.activity.total - since.blobs) / by,
    sql: (sql.activity.total - since.sql) / by,
  }
}
