import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import { createLog } from '../../src/log.ts'
import { pages, startApp } from '../support/start-app.ts'

describe('the log', () => {
  it('holds no token, cookie or identity header, also when an error of an SDK is logged whole', async (t) => {
    const { cloud, request, logged } = await startApp(t)
    cloud.blobs.faults.failNext(403)
    for (const path of [...pages.map(({ url }) => url), '/readyz']) {
      await request
        .get(path)
        .set('Authorization', 'Bearer visitor-token')
        .set('Cookie', 'session=visitor-cookie')
    }

    const lines: string[] = []
    const log = createLog({ write: (line) => lines.push(line) })
    const service = new BlobServiceClient(cloud.blobs.endpoint, cloud.identity.credential(cloud.identity.app))
    const error = await service
      .getContainerClient('missing')
      .getProperties()
      .catch((reason: Error) => reason)
    const token = cloud.identity.issue(cloud.identity.app, 'https://storage.azure.com')
    log.error({ err: error }, 'as err')
    log.error({ error, nested: { error } }, 'under another name')
    log.error(error)
    log.info({ headers: { authorization: `Bearer ${token}` } }, `a token ${token}`)

    assert.equal(lines.length, 4)
    const all = [...logged, ...lines].join('\n')
    for (const secret of ['visitor-token', 'visitor-cookie', token, cloud.identity.header]) {
      assert.ok(!all.includes(secret), secret)
    }
    assert.doesNotMatch(all, /eyJ[\w-]{20}|bearer [\w-]/i)
  })

  it('says what an error was, with its causes', () => {
    const lines: string[] = []
    const log = createLog({ write: (line) => lines.push(line) })
    const cause = Object.assign(new Error('inner'), { code: 'ECONNRESET' })

    log.error({ err: new Error('outer', { cause }) }, 'it broke')

    const { err, level, msg } = JSON.parse(lines[0] ?? '')
    assert.equal(level, 'error')
    assert.equal(msg, 'it broke')
    assert.equal(err.message, 'outer')
    assert.match(err.stack, /log\.test\.ts/)
    assert.deepEqual([err.causes[0].message, err.causes[0].code], ['inner', 'ECONNRESET'])
  })
})
