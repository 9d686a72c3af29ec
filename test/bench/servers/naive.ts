// The same pages in the manner of the services' first examples: a client per service, a connection per query, the secret read each
// time, and each blob collected in memory.
import { DefaultAzureCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { BlobServiceClient } from '@azure/storage-blob'
import express from 'express'
import { Connection, Request, TYPES } from 'tedious'
import { readConfig } from '../../../src/config.ts'
import { countSql, pageSize, pageSql } from './queries.ts'

const { clientId, storage, keyVault, sql, port } = readConfig(process.env)
const credential = new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {})
const container = new BlobServiceClient(storage.endpoint, credential).getContainerClient(storage.container)
const secrets = new SecretClient(keyVault.endpoint, credential)
const app = express()

app.get('/products', async (_req, res) => {
  const [count] = await query(countSql)
  const products = await query(pageSql, { offset: 0, pageSize })
  res.json({ products, total: count?.Total })
})

app.get('/secret', async (_req, res) => {
  const { properties } = await secrets.getSecret(keyVault.secretName)
  res.json({ name: properties.name, version: properties.version, expiresOn: properties.expiresOn })
})

app.get('/documents', async (_req, res) => {
  const documents = []
  for await (const { name, properties } of container.listBlobsFlat()) {
    documents.push({ name, size: properties.contentLength, contentType: properties.contentType })
    if (documents.length === 100) break
  }
  res.json({ documents })
})

app.get('/documents/:name', async (req, res) => {
  const response = await container.getBlobClient(req.params.name).download()
  const chunks: Buffer[] = []
  for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk))
  res.type(response.contentType ?? 'application/octet-stream').send(Buffer.concat(chunks))
})

app.listen(port)

function query(text: string, parameters: Record<string, number> = {}): Promise<Record<string, unknown>[]> {
  const connection = new Connection({
    server: sql.server,
    authentication: { type: 'token-credential', options: { credential } },
    options: { port: sql.port, database: sql.database, encrypt: true },
  })
  return new Promise((resolve, reject) => {
    const rows: Record<string, unknown>[] = []
    connection.connect((failed) => {
      if (failed) return reject(failed)
      const request = new Request(text, (error) => {
        connection.close()
        if (error) reject(error)
        else resolve(rows)
      })
      for (const [name, value] of Object.entries(parameters)) request.addParameter(name, TYPES.Int, value)
      request.on('row', (columns: { metadata: { colName: string }; value: unknown }[]) => {
        rows.push(Object.fromEntries(columns.map(({ metadata, value }) => [metadata.colName, value])))
      })
      connection.execSql(request)
    })
  })
}
