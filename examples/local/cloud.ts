// The local cloud with what the examples ask for.
import { randomUUID } from 'node:crypto'
import { startLocalCloud } from 'local-cloud'

/** Starts a cloud whose site has identities of both kinds, each with roles of its own, and gives the site's settings. */
export async function startExamplesCloud() {
  const cloud = await startLocalCloud({
    seed: {
      documents: [{ name: 'Welcome.md', body: Buffer.from('# Welcome\n'), contentType: 'text/markdown' }],
      secret: { name: 'demo-secret', value: randomUUID() },
    },
    identities: { systemAssigned: true, userAssigned: ['id-keyless-express', 'id-documents', 'id-secret'] },
  })
  const { systemAssigned, userAssigned } = cloud.identity
  const [, documents, secret] = userAssigned
  if (!systemAssigned || !documents || !secret) throw new Error('The site does not have all its identities.')
  // Besides the first user-assigned identity, which may read both.
  cloud.blobs.readers.add(documents)
  cloud.vault.readers.add(secret).add(systemAssigned)

  const env: Record<string, string> = {
    ...cloud.env,
    DOCUMENTS_CLIENT_ID: documents.clientId,
    SECRET_CLIENT_ID: secret.clientId,
    NODE_OPTIONS: `--import=${import.meta.resolve('local-cloud/localhost-names.ts')}`,
  }
  return { cloud, env }
}
