// The local cloud: the Azure services that the sample uses, emulated on this machine.
import path from 'node:path'
import tls from 'node:tls'
import { startArm } from './arm/index.ts'
import { startBlobs } from './blobs/index.ts'
import { writeCertificates } from './certificate-files.ts'
import { createCertificates } from './certificates.ts'
import { nameOf } from './identity/caller.ts'
import { type IdentityOptions, type IdentityService, startIdentity } from './identity/index.ts'
import type { DatabaseAccess, Seed } from './seed.ts'
import type { Service } from './service.ts'
import { type SqlServer, startSqlServer } from './sql/index.ts'
import { startTelemetry } from './telemetry/index.ts'
import { startVault } from './vault/index.ts'
import './localhost-names.ts'

export type { IdentityOptions, IdentityService } from './identity/index.ts'
export { type Principal, principal } from './identity/index.ts'
export type { DatabaseAccess, Seed } from './seed.ts'
export type { TelemetryItem } from './telemetry/index.ts'
export type LocalCloud = Awaited<ReturnType<typeof startLocalCloud>>

export interface LocalCloudOptions {
  /** What the services hold; nothing without it. As a promise it may still be loading while the services start. */
  seed?: Seed | Promise<Seed>
  /** The managed identities of the site, instead of one user-assigned identity. */
  identities?: IdentityOptions
  /** Keeps blobs in a temporary folder instead of in memory: for gigabytes. */
  blobsOnDisk?: boolean
}

const database = 'keyless-express'

/** Starts every emulated service on a free port of 127.0.0.1. */
export async function startLocalCloud({ seed = {}, ...options }: LocalCloudOptions = {}) {
  // It may fail before a service waits for it.
  Promise.resolve(seed).catch(() => {})
  // Closes what has been started when a later step fails, and everything on close().
  await using started = new AsyncDisposableStack()
  const services = await startServices(started, seed, options)
  const everything = started.move()
  const { certificates, caFile, folder, ...cloud } = services
  const { identity, blobs, vault, sql, arm, telemetry } = cloud
  const all: Service[] = [identity, blobs, vault, sql, arm, telemetry]
  const env: Record<string, string> = { NODE_EXTRA_CA_CERTS: caFile }
  for (const service of all) Object.assign(env, service.env)

  return {
    ...cloud,
    /** The settings by which the site finds the services. */
    env,
    /** A folder that only this user can read; `close` removes it. */
    folder,
    /** The certificate authority that a client has to trust, in PEM. */
    ca: certificates.ca,
    /** Lets this very process use the cloud: trusts its CA, resolves *.localhost, has its managed identity. */
    adopt() {
      tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificates.ca])
      Object.assign(process.env, identity.env)
    },
    /** Resets every service. */
    async reset() {
      for (const service of all) await service.reset()
    },
    close: () => everything.disposeAsync(),
  }
}

async function startServices(
  started: AsyncDisposableStack,
  seed: Seed | Promise<Seed>,
  { identities, blobsOnDisk }: Omit<LocalCloudOptions, 'seed'>,
) {
  const use = <T extends { close(): Promise<void> }>(service: T) =>
    started.adopt(service, () => service.close())
  const start = async <T extends Service>(
    starting: Promise<T>,
    fill: (service: T, seed: Seed) => unknown,
  ) => {
    const service = use(await starting)
    await fill(service, await seed)
    return service
  }

  const certificates = await createCertificates()
  const files = use(await writeCertificates(certificates))
  const identity = use(await startIdentity(identities))
  const blobFolder = blobsOnDisk ? path.join(files.folder, 'blobs') : undefined
  const [blobs, vault, sql] = await allOrError([
    start(startBlobs({ identity, certificates, ...files, folder: blobFolder }), (blobs, { documents = [] }) =>
      blobs.seed(documents),
    ),
    start(startVault({ identity, certificates }), (vault, { secret }) => secret && vault.seed(secret)),
    start(
      startSqlServer({ certificate: certificates, database, ...signInOf(identity) }),
      (sql, { prepareDatabase }) =>
        prepareDatabase && sql.seed(() => prepareDatabase(accessTo(sql, identity, certificates.ca))),
    ),
  ])
  await files.forgetKey()
  const arm = use(await startArm({ identity, certificates, sql, blobs }))
  const telemetry = use(await startTelemetry({ identity, certificates }))
  return {
    identity,
    blobs,
    vault,
    sql,
    arm,
    telemetry,
    certificates,
    caFile: files.caFile,
    folder: files.folder,
  }
}

/** Like Promise.all, but an error waits for the others: what they start is closed with the rest. */
async function allOrError<T extends readonly unknown[]>(promises: T) {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}

function signInOf(identity: IdentityService) {
  const { tenantId, deployer, verify } = identity
  return {
    tenantId,
    administrator: deployer.objectId,
    verifyToken: async (token: string, audience: string) => verify(token, audience),
    nameOf: (owner: { oid: string; appid?: string }) => nameOf(owner, identity),
  }
}

function accessTo(sql: SqlServer, identity: IdentityService, ca: string): DatabaseAccess {
  const { name, clientId } = identity.app
  return {
    server: 'localhost',
    port: sql.port,
    database,
    ca,
    token: identity.issue(identity.deployer, 'https://database.windows.net/'),
    site: { name, clientId },
  }
}
