// The cloud as a whole: one credential of the app opens all that the app may read.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { DefaultAzureCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { BlobServiceClient } from '@azure/storage-blob'
import { Connection, Request } from 'tedious'
import { type LocalCloud, startLocalCloud } from './index.ts'
import { seed } from './test-support.ts'

let cloud: LocalCloud
const setting = (name: string) => cloud.env[name] ?? assert.fail(`${name} is not set`)

describe('the local cloud', () => {
  before(async () => {
    cloud = await startLocalCloud({ seed })
    cloud.adopt()
  })
  after(() => cloud.close())

  // First, while nothing has been asked of it.
  it('starts with no request counted and no connection open', () => {
    assert.equal(cloud.identity.requests.length, 0)
    assert.equal(cloud.blobs.requests.length, 0)
    assert.equal(cloud.blobs.openSockets, 0)
    assert.equal(cloud.vault.requests.length, 0)
    assert.equal(cloud.sql.requests.length, 0)
    assert.equal(cloud.sql.openConnections, 0)
  })

  it('serves blobs, the secret and products to one DefaultAzureCredential', async () => {
    const credential = new DefaultAzureCredential({ managedIdentityClientId: setting('AZURE_CLIENT_ID') })

    const welcome = await new BlobServiceClient(setting('AZURE_STORAGE_BLOB_ENDPOINT'), credential)
      .getContainerClient(setting('AZURE_STORAGE_CONTAINER_NAME'))
      .getBlobClient('Welcome.md')
      .downloadToBuffer()
    const secret = await new SecretClient(setting('AZURE_KEY_VAULT_ENDPOINT'), credential).getSecret(
      setting('AZURE_KEY_VAULT_SECRET_NAME'),
    )
    const products = await countProducts(credential)

    assert.match(String(welcome), /^# Welcome/)
    assert.ok(secret.value)
    assert.ok(products > 0)
    assert.deepEqual(
      cloud.identity.requests.map(({ resource }) => resource),
      ['https://storage.azure.com', cloud.vault.resource, 'https://database.windows.net'],
    )
  })
})

async function countProducts(credential: DefaultAzureCredential): Promise<number> {
  const connection = new Connection({
    server: setting('AZURE_SQL_SERVER'),
    authentication: { type: 'token-credential', options: { credential } },
    options: {
      port: Number(setting('AZURE_SQL_PORT')),
      database: setting('AZURE_SQL_DATABASE'),
      encrypt: true,
    },
  })
  await promisify(connection.connect.bind(connection))()
  try {
    let products = 0
    await new Promise<void>((resolve, reject) => {
      const request = new Request('SELECT COUNT(*) FROM dbo.Products', (error) =>
        error ? reject(error) : resolve(),
      )
      request.on('row', ([count]) => {
        products = count.value
      })
      connection.execSql(request)
    })
    return products
  } finally {
    connection.close()
  }
}
