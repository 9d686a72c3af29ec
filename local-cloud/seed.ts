// What the local cloud holds when it starts: the documents and products that deployment puts into Azure, and a secret.
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { Connection } from 'tedious'
import { prepareDatabase } from '../infra/hooks/database/prepare-database.ts'
import { type SampleDocument, sampleDocuments } from '../infra/hooks/documents/sample-documents.ts'
import type { BlobService } from './blobs/index.ts'
import type { IdentityService } from './identity/index.ts'
import type { SqlServer } from './sql/index.ts'
import type { VaultService } from './vault/index.ts'

export const demoSecret = 'demo-secret'

export async function seedBlobs(blobs: BlobService): Promise<BlobService> {
  const put = ({ name, body, contentType }: SampleDocument) => blobs.put(name, body, { contentType })
  await Promise.all(sampleDocuments().map(put))
  return blobs
}

export function seedVault(vault: VaultService): VaultService {
  const expiresOn = new Date()
  expiresOn.setFullYear(expiresOn.getFullYear() + 1)
  vault.set(demoSecret, randomBytes(24).toString('base64url'), { contentType: 'text/plain', expiresOn })
  return vault
}

type Access = { database: string; identity: IdentityService; ca: string }

/** As deployment does it: signs in as the administrator, makes the table, and a user for the app's identity. */
export async function seedDatabase(sql: SqlServer, { database, identity, ca }: Access): Promise<SqlServer> {
  const token = identity.issue(identity.deployer, 'https://database.windows.net/')
  const connection = new Connection({
    server: 'localhost',
    authentication: { type: 'azure-active-directory-access-token', options: { token } },
    options: { port: sql.port, database, encrypt: true, cryptoCredentialsDetails: { ca } },
  })
  await promisify(connection.connect.bind(connection))()
  try {
    await prepareDatabase(connection, { name: identity.app.name, clientId: identity.app.clientId }, () => {})
  } finally {
    const ended = once(connection, 'end')
    connection.close()
    await ended
  }
  return sql
}
