// What the local cloud holds in `npm run dev` and in tests: the documents and products that the hooks put into Azure,
// and a secret. Everything goes in as deployment does it.
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { DatabaseAccess, Seed } from 'local-cloud'
import { Connection } from 'tedious'
import { prepareDatabase } from './hooks/database/prepare-database.ts'
import { sampleDocuments } from './hooks/documents/sample-documents.ts'
import { sampleSecret } from './sample-secret.ts'

export const seed: Seed = {
  documents: sampleDocuments(),
  secret: sampleSecret(),
  prepareDatabase: prepare,
}

/** Signs in as the administrator; creates and fills the table, and a user for the site's identity. */
async function prepare({ server, port, database, ca, token, site }: DatabaseAccess): Promise<void> {
  const connection = new Connection({
    server,
    authentication: { type: 'azure-active-directory-access-token', options: { token } },
    options: { port, database, encrypt: true, cryptoCredentialsDetails: { ca } },
  })
  await promisify(connection.connect.bind(connection))()
  try {
    await prepareDatabase(connection, site, () => {})
  } finally {
    const ended = once(connection, 'end')
    connection.close()
    await ended
  }
}
