// What the site's design is worth, as ratios within one run: `npm run bench`. Shared machines make times meaningless.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { BlobServiceClient } from '@azure/storage-blob'
import { startLocalCloud } from 'local-cloud'
import { Connection, Request, TYPES } from 'tedious'
import { seed } from '../../infra/seed-local-cloud.ts'
import { connectAzure } from '../../src/azure/connect.ts'
import { createCredential } from '../../src/azure/credential.ts'
import { createDocuments } from '../../src/azure/documents.ts'
import { createProducts } from '../../src/azure/products.ts'
import { readConfig } from '../../src/config.ts'
import { limits } from '../../src/limits.ts'
import { createLog } from '../../src/log.ts'

const MIB = 1024 * 1024
const project = fileURLToPath(new URL('../..', import.meta.url))

const cloud = await startLocalCloud({ seed })
cloud.adopt()
const config = readConfig(cloud.env)
const azure = connectAzure(config, limits, createLog({ write: () => {} }))
const documents = createDocuments(azure.container, limits)
const products = createProducts(azure.database)
const credential = createCredential(config.clientId, limits)
const forever = new AbortController().signal

await cloud.blobs.put('bench.bin', Buffer.alloc(64 * MIB))

await compare('start: one bundle, or the source files', 7, {
  bundle: () => start('dist/server.js'),
  source: () => start('src/server.ts'),
})
await compare('a query: a pooled connection, or one of its own', 40, {
  pooled: () => products.find(3, forever),
  own: queryOnItsOwn,
})
await compare('first byte of 64 MiB: streamed, or collected first', 5, {
  streamed: () =>
    documents.read('bench.bin', { client: 'bench', signal: forever }, (_document, body) =>
      once(body, 'readable'),
    ),
  collected: collect,
})

await azure.close()
await cloud.close()

/** Runs the two in turn and prints the median of the ratios of their times. */
async function compare(
  title: string,
  pairs: number,
  ways: Record<string, () => Promise<unknown>>,
): Promise<void> {
  const [[ours, run] = [], [theirs, runOther] = []] = Object.entries(ways)
  if (!run || !runOther) return
  await run()
  await runOther()
  const ratios: number[] = []
  for (let pair = 0; pair < pairs; pair += 1) ratios.push((await timeOf(run)) / (await timeOf(runOther)))
  const median = ratios.toSorted((a, b) => a - b)[Math.floor(pairs / 2)] ?? Number.NaN
  process.stdout.write(`${title}\n  ${ours} takes ${(100 * median).toFixed(1)} % of the time of ${theirs}\n`)
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await run()
  return performance.now() - started
}

async function start(file: string): Promise<void> {
  const site = spawn(process.execPath, [file], {
    cwd: project,
    env: { ...cloud.env, PORT: '0' },
    stdio: 'pipe',
  })
  for await (const line of site.stdout) if (String(line).includes('listening')) break
  site.kill('SIGKILL')
  await once(site, 'exit')
}

// As many samples do it: connect, ask, close.
async function queryOnItsOwn(): Promise<void> {
  const { server, port, database } = config.sql
  const connection = new Connection({
    server,
    authentication: { type: 'token-credential', options: { credential } },
    options: { port, database, encrypt: true },
  })
  await new Promise<void>((resolve, reject) =>
    connection.connect((error) => (error ? reject(error) : resolve())),
  )
  await new Promise<void>((resolve, reject) => {
    const sql = 'SELECT Id, Name, Category, Price FROM dbo.Products WHERE Id = @id'
    const request = new Request(sql, (error) => (error ? reject(error) : resolve()))
    request.addParameter('id', TYPES.Int, 3)
    connection.execSql(request)
  })
  connection.close()
}

// As many samples do it: the whole blob in memory before the visitor gets the first byte.
async function collect(): Promise<void> {
  const storage = new BlobServiceClient(config.storage.endpoint, credential)
  await storage.getContainerClient(config.storage.container).getBlobClient('bench.bin').downloadToBuffer()
}
