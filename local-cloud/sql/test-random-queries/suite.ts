// The test that compares random queries, on a server of its own.
import { after, it } from 'node:test'
import { administrator, connect, startTestServer, tokenCredential } from '../test-client.ts'
import { compareQueries } from './compare.ts'

export async function compareRandomQueries(count: number, seed: number): Promise<void> {
  const server = await startTestServer()
  const connection = await connect(server.port, tokenCredential({ oid: administrator }))
  after(() => {
    connection.close()
    return server.close()
  })

  it(`${count} random queries get the answers that JavaScript calculates (seed ${seed})`, () =>
    compareQueries(connection, seed, count))
}
