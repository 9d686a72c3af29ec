// The cloud as the template leaves it, closed to everybody outside, and the hooks to run against it. Before each test, all faults
// are forgotten and both services closed.
import assert from 'node:assert/strict'
import { after, beforeEach } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import type { Principal } from 'local-cloud'
import { ask, connect } from 'local-cloud/sql/test-client.ts'
import { cloud } from './cloud.ts'
import { prepareHooks } from './hooks.ts'

export { cloud }

export const hooks = await prepareHooks(cloud)
after(() => hooks.close())

const { arm, blobs, identity, sql } = cloud

beforeEach(() => {
  forgetFaults()
  arm.requests.length = 0
  blobs.requests.length = 0
  sql.firewall.closed = true
  blobs.firewall.closed = true
  Object.assign(sql.administrator, { sid: identity.deployer.objectId, byClientIdOnly: false })
  hooks.signIn(identity.deployer)
})

export const succeeded = { code: 0, stderr: '' }

/** The rules of the SQL server's firewall that a hook has made. */
export const temporaryRules = () =>
  [...arm.firewallRules.keys()].filter((name) => name.startsWith('azd-postprovision'))

/** Closed by behaviour: neither service lets even the deployer in from here. */
export async function assertClosed(): Promise<void> {
  forgetFaults()
  await assert.rejects(connectAs(identity.deployer), /is not allowed to access the server/)
  await assert.rejects(containerAs(identity.deployer).getProperties(), { code: 'AuthorizationFailure' })
}

/** The documents as somebody may see them. */
export function containerAs(who: Principal) {
  const service = new BlobServiceClient(blobs.endpoint, identity.credential(who))
  return service.getContainerClient(blobs.containerName)
}

/** Runs some SQL as the site, which the server's firewall lets in. */
export async function askAsSite(statement: string): Promise<Record<string, unknown>[]> {
  sql.firewall.closed = false
  const connection = await connectAs(identity.app)
  try {
    const { rows } = await ask(connection, statement)
    return rows
  } finally {
    connection.close()
    sql.firewall.closed = true
  }
}

function connectAs(who: Principal) {
  const credential = identity.credential(who)
  const database = cloud.env.AZURE_SQL_DATABASE ?? ''
  return connect(sql.port, { type: 'token-credential', options: { credential } }, { database })
}

function forgetFaults(): void {
  for (const faults of [arm.faults, blobs.faults, sql.logins, sql.faults]) faults.clear()
  arm.refuseTags(undefined)
}
