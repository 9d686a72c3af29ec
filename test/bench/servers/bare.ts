// The least that the same SDKs cost: node:http with nothing around it, one pool, one round trip for a page, the secret read each
// time. And the least that Express costs: a constant.
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { DefaultAzureCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { BlobServiceClient } from '@azure/storage-blob'
import express from 'express'
import { Pool } from 'tarn'
import { Connection, Request, TYPES } from 'tedious'
import { readConfig } from '../../../src/config.ts'
import { countSql, pageSize, pageSql } from './queries.ts'

const { clientId, storage, keyVault, sql, port } = readConfig(process.env)
const credential = new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {})
const container = new BlobServiceClient(storage.endpoint, credential).getContainerClient(storage.container)
const secrets = new SecretClient(keyVault.endpoint, credential)

const constant = express().get('/constant', (_req, res) => {
  res.json({ name: 'greeting', version: '0123456789abcdef0123456789abcdef', enabled: true, deliveries: 0 })
})

createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://localhost')
  void (handlers[pathname] ?? download)(req, res)
}).listen(port)

const handlers: Record<string, RequestListener> = {
  '/constant': constant,
  '/secret': async (_req, res) => sendJson(res, await readSecret()),
  '/products': async (_req, res) => sendJson(res, await readProducts()),
  '/documents': async (_req, res) => sendJson(res, await listDocuments()),
}

const download: RequestListener = async (req, res) => {
  const name = decodeURIComponent((req.url ?? '').slice('/documents/'.length))
  const response = await container.getBlobClient(name).download()
  res.writeHead(200, { 'Content-Type': response.contentType, 'Content-Length': response.contentLength })
  await pipeline(response.readableStreamBody ?? [], res)
}

async function readSecret() {
  const { properties } = await secrets.getSecret(keyVault.secretName)
  const { name, version, enabled, contentType, createdOn, updatedOn, expiresOn } = properties
  return { name, version, enabled, contentType, createdOn, updatedOn, expiresOn }
}

async function listDocuments() {
  const { value } = await container.listBlobsFlat().byPage({ maxPageSize: 100 }).next()
  const documents = value.segment.blobItems.map(
    ({ name, properties }: { name: string; properties: Record<string, unknown> }) => ({
      name,
      size: properties.contentLength,
      contentType: properties.contentType,
      lastModified: properties.lastModified,
      etag: properties.etag,
    }),
  )
  return { documents, next: value.continuationToken }
}

const pool = new Pool<Connection>({
  create: connect,
  destroy: (connection) => connection.close(),
  validate: (connection) => !connection.closed,
  min: 0,
  max: 10,
})

async function readProducts() {
  const connection = await pool.acquire().promise
  try {
    return await run(connection)
  } finally {
    pool.release(connection)
  }
}

function run(connection: Connection): Promise<{ products: object[]; total: unknown }> {
  return new Promise((resolve, reject) => {
    const products: object[] = []
    let total: unknown
    const request = new Request(`${countSql}; ${pageSql}`, (error) =>
      error ? reject(error) : resolve({ products, total }),
    )
    request.addParameter('offset', TYPES.Int, 0)
    request.addParameter('pageSize', TYPES.Int, pageSize)
    request.on('row', ([id, name, category, price]) => {
      if (name)
        products.push({ id: id.value, name: name.value, category: category.value, price: price.value })
      else total = id.value
    })
    connection.execSql(request)
  })
}

function connect(): Promise<Connection> {
  const connection = new Connection({
    server: sql.server,
    authentication: { type: 'token-credential', options: { credential } },
    options: { port: sql.port, database: sql.database, encrypt: true },
  })
  return new Promise((resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve(connection))),
  )
}

function sendJson(res: ServerResponse, body: object): void {
  const text = JSON.stringify(body)
  res
    .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
    .end(text)
}
