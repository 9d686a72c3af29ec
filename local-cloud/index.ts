// The local cloud: the Azure services that the sample uses, on this machine and with seed data.
import path from 'node:path'
import tls from 'node:tls'
import { startArm } from './arm/index.ts'
import { startBlobs } from './blobs/index.ts'
import { writeCertificates } from './certificate-files.ts'
import { createCertificates } from './certificates.ts'
import { startIdentity } from './identity/index.ts'
import { demoSecret, seedBlobs, seedDatabase, seedVault } from './seed.ts'
import { startSqlServer } from './sql/index.ts'
import { startVault } from './vault/index.ts'
import './localhost-names.ts'

export type LocalCloud = Awaited<ReturnType<typeof startLocalCloud>>

type Options = {
  /** Keeps blobs in a temporary folder instead of in memory: for gigabytes. */
  blobsOnDisk?: boolean
}

const database = 'keyless-express'

/** Starts every emulated service on free loopback ports, with seed data. */
export async function startLocalCloud({ blobsOnDisk = false }: Options = {}) {
  // Closes what has been started when a later step fails, and everything on close().
  await using started = new AsyncDisposableStack()
  const use = <T extends { close(): Promise<void> }>(service: T) =>
    started.adopt(service, () => service.close())

  const certificates = await createCertificates()
  const files = use(await writeCertificates(certificates))
  const identity = use(await startIdentity())
  const folder = blobsOnDisk ? path.join(files.folder, 'blobs') : undefined
  const [blobs, vault, sql] = await Promise.all([
    startBlobs({ identity, certificates, ...files, folder })
      .then(use)
      .then(seedBlobs),
    startVault({ identity, certificates }).then(use).then(seedVault),
    startSqlServer({
      certificate: certificates,
      database,
      tenantId: identity.tenantId,
      administrator: identity.deployer.objectId,
      verifyToken: async (token, audience) => identity.verify(token, audience),
    })
      .then(use)
      .then((server) => seedDatabase(server, { database, identity, ca: certificates.ca })),
  ])
  const arm = use(await startArm({ identity, certificates, sql, blobs }))
  await files.forgetKey()

  const env: Record<string, string> = {
    AZURE_CLIENT_ID: identity.app.clientId,
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    AZURE_STORAGE_BLOB_ENDPOINT: blobs.endpoint,
    AZURE_STORAGE_CONTAINER_NAME: blobs.containerName,
    AZURE_KEY_VAULT_ENDPOINT: vault.endpoint,
    AZURE_KEY_VAULT_SECRET_NAME: demoSecret,
    AZURE_SQL_SERVER: 'localhost',
    AZURE_SQL_DATABASE: database,
    AZURE_SQL_PORT: String(sql.port),
    IDENTITY_ENDPOINT: identity.endpoint,
    IDENTITY_HEADER: identity.header,
    NODE_EXTRA_CA_CERTS: files.caFile,
  }
  const everything = started.move()

  return {
    env,
    ca: certificates.ca,
    identity,
    blobs,
    vault,
    sql,
    arm,
    /** Lets this very process use the cloud: trusts its CA, resolves *.localhost, has its managed identity. */
    adopt() {
      tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
      const { IDENTITY_ENDPOINT, IDENTITY_HEADER, AZURE_CLIENT_ID, AZURE_TOKEN_CREDENTIALS } = env
      Object.assign(process.env, {
        IDENTITY_ENDPOINT,
        IDENTITY_HEADER,
        AZURE_CLIENT_ID,
        AZURE_TOKEN_CREDENTIALS,
      })
    },
    close: () => everything.disposeAsync(),
  }
}
