// For the tests of this package: a seed with names that break careless code and one table, and a look at a port.
import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import type { DatabaseAccess, Seed } from './index.ts'
import { guidBytes } from './sql/model/guids.ts'
import { ask, connect } from './sql/test-client.ts'

const utf8 = 'text/plain; charset=utf-8'

export const documents = [
  { name: 'Welcome.md', body: Buffer.from('# Welcome\n'), contentType: 'text/markdown; charset=utf-8' },
  { name: '.hidden, but listed.txt', body: Buffer.from('a letter like any other'), contentType: utf8 },
  { name: 'letters/The "open" café & 100% naïve.txt', body: Buffer.from('crème brûlée'), contentType: utf8 },
  { name: '日本語/鍵.txt', body: Buffer.from('鍵いらず'), contentType: utf8 },
  {
    name: 'pictures/one + one #2.png',
    body: Buffer.from([0x89, 0x50, 0x4e, 0x47]),
    contentType: 'image/png',
  },
  {
    name: 'archive/noise.bin',
    body: Buffer.alloc(300_000, 'noise'),
    contentType: 'application/octet-stream',
  },
]

export const seed: Seed = {
  documents,
  secret: { name: 'demo-secret', value: 'seeded', contentType: 'text/plain' },
  prepareDatabase,
}

async function prepareDatabase({ port, database, ca, token, site }: DatabaseAccess): Promise<void> {
  const connection = await connect(
    port,
    { type: 'azure-active-directory-access-token', options: { token } },
    { database, cryptoCredentialsDetails: { ca } },
  )
  const sid = guidBytes(site.clientId).toString('hex')
  await ask(
    connection,
    `CREATE TABLE dbo.Products (Id int NOT NULL PRIMARY KEY, Name nvarchar(100) NOT NULL, Price decimal(10, 2));
     INSERT INTO dbo.Products VALUES (1, N'Café', 2.5), (2, N'Thé', 2), (3, N'Eau', NULL);
     CREATE USER [${site.name}] WITH SID = 0x${sid}, TYPE = E;
     GRANT SELECT ON OBJECT::dbo.Products TO [${site.name}]`,
    'batch',
  )
  connection.close()
}

/** Whether something listens on a port of this machine. */
export async function listens(port: number): Promise<boolean> {
  const socket = connectTo(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
