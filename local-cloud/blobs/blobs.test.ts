// Blob Storage, proved by the real BlobServiceClient.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { DefaultAzureCredential } from '@azure/identity'
import { BlobServiceClient, StorageResponseFormat, StorageSharedKeyCredential } from '@azure/storage-blob'
import { principal } from '../identity/index.ts'
import { cloud } from '../test-cloud.ts'
import { listens, documents as seeded } from '../test-support.ts'

const { blobs, identity } = cloud
const megabyte = 1024 * 1024
const patiently = { timeout: 20_000 }
const credential = new DefaultAzureCredential({ managedIdentityClientId: identity.app.clientId })
const client = new BlobServiceClient(blobs.endpoint, credential, { retryOptions: { retryDelayInMs: 10 } })
const documents = client.getContainerClient(blobs.containerName)

const read = async (name: string, offset?: number, count?: number) =>
  documents.getBlobClient(name).downloadToBuffer(offset, count)

const as = (who: Parameters<typeof identity.credential>[0]) =>
  new BlobServiceClient(blobs.endpoint, identity.credential(who)).getContainerClient(blobs.containerName)

const bodyOf = async (name: string) => {
  const { readableStreamBody } = await documents.getBlobClient(name).download()
  assert.ok(readableStreamBody)
  return readableStreamBody
}

describe('a listing in Apache Arrow', () => {
  const page = async (
    responseFormat: StorageResponseFormat,
    delimiter?: string,
    continuationToken?: string,
  ) => {
    const options = { prefix: '', responseFormat }
    const items = delimiter
      ? documents.listBlobsByHierarchy(delimiter, options)
      : documents.listBlobsFlat(options)
    const pages = items.byPage({ maxPageSize: 2, ...(continuationToken && { continuationToken }) })
    const { value } = await pages.next()
    return { segment: value.segment, next: value.continuationToken, contentType: value.contentType }
  }

  for (const delimiter of [undefined, '/']) {
    it(`has the same items as one in XML, page by page, ${delimiter ? 'by folder' : 'flat'}`, async () => {
      let next: string | undefined
      do {
        const [xml, arrow] = await Promise.all(
          [StorageResponseFormat.Xml, StorageResponseFormat.Arrow].map((format) =>
            page(format, delimiter, next),
          ),
        )
        assert.match(arrow?.contentType ?? '', /arrow/)
        assert.deepEqual(essence(arrow), essence(xml))
        next = xml?.next
      } while (next)
    })
  }

  it('is refused like any other', async () => {
    const stranger = as(principal('stranger'))
    const items = stranger.listBlobsFlat({ responseFormat: StorageResponseFormat.Arrow })
    await assert.rejects(items.next(), { statusCode: 403, code: 'AuthorizationPermissionMismatch' })
  })

  function essence(given: Awaited<ReturnType<typeof page>> | undefined) {
    const { blobItems = [], blobPrefixes = [] } = given?.segment ?? {}
    return {
      next: given?.next || '',
      folders: blobPrefixes.map(({ name }: { name: string }) => name),
      blobs: blobItems.map(({ name, properties }: { name: string; properties: Record<string, unknown> }) => {
        const { contentLength, contentType, contentEncoding, lastModified, etag, contentMD5 } = properties
        return { name, contentLength, contentType, contentEncoding, lastModified, etag, contentMD5 }
      }),
    }
  }
})

describe('blob storage', () => {
  it('starts with the documents of its seed, whatever they are called', async () => {
    const listed = new Map<string, string | undefined>()
    for await (const { name, properties } of documents.listBlobsFlat())
      listed.set(name, properties.contentType)

    assert.deepEqual(listed, new Map(seeded.map(({ name, contentType }) => [name, contentType])))
    for (const { name, body } of seeded) assert.deepEqual(await read(name), body)
  })

  it('gives a range', async () => {
    await blobs.put('range.txt', 'one two three')

    assert.equal(String(await read('range.txt', 4, 3)), 'two')
  })

  it('says 304 and 404 as Azure does', async () => {
    await blobs.put('etag.txt', 'unchanged')
    const blob = documents.getBlobClient('etag.txt')
    const { etag = '' } = await blob.getProperties()

    await assert.rejects(blob.download(0, undefined, { conditions: { ifNoneMatch: etag } }), {
      statusCode: 304,
    })
    await assert.rejects(documents.getBlobClient('missing.txt').download(), {
      statusCode: 404,
      code: 'BlobNotFound',
    })
  })

  it('keeps a stored Content-Encoding and gives out the bytes as they were stored', async () => {
    await blobs.put('packed.txt', gzipSync('unpacked'), {
      contentType: 'text/plain',
      contentEncoding: 'gzip',
    })

    const { contentEncoding, contentType } = await documents.getBlobClient('packed.txt').getProperties()

    assert.deepEqual([contentType, contentEncoding], ['text/plain', 'gzip'])
    assert.equal(String(gunzipSync(await read('packed.txt'))), 'unpacked')
  })

  it('has a second container, and blobs that go away', async () => {
    const other = await blobs.container('other')
    await other.put('short-lived.txt', 'here')
    const blob = client.getContainerClient('other').getBlobClient('short-lived.txt')
    assert.equal(await blob.exists(), true)

    await other.delete('short-lived.txt')

    assert.equal(await blob.exists(), false)
  })

  it('counts the requests of the app and not those that prepare a test', async () => {
    await blobs.put('counted.txt', 'once')
    await read('counted.txt', 0, 4)

    assert.deepEqual(blobs.requests, [{ method: 'GET', url: '/devstoreaccount1/documents/counted.txt' }])
  })
})

describe('access to blob storage', () => {
  it('lets the app read and the deployer write', async () => {
    await as(identity.deployer).getBlockBlobClient('deployed.txt').upload('by azd', 6)

    assert.equal(String(await read('deployed.txt')), 'by azd')
    await assert.rejects(documents.getBlockBlobClient('deployed.txt').upload('by the app', 10), {
      statusCode: 403,
      code: 'AuthorizationPermissionMismatch',
    })
  })

  it('refuses an identity without a role', async () => {
    await assert.rejects(as(principal('stranger')).getBlobClient('Welcome.md').download(), {
      statusCode: 403,
      code: 'AuthorizationPermissionMismatch',
    })
  })

  it('refuses a token that is meant for another service', async () => {
    const token = identity.issue(identity.app, 'https://vault.localhost')

    const response = await fetch(`${blobs.endpoint}/documents/Welcome.md`, {
      headers: { authorization: `Bearer ${token}`, 'x-ms-version': '2025-11-05' },
    })

    assert.equal(response.status, 401)
    assert.equal(response.headers.get('x-ms-error-code'), 'InvalidAuthenticationInfo')
    assert.match(response.headers.get('www-authenticate') ?? '', /resource_id=https:\/\/storage\.azure\.com$/)
    assert.match(await response.text(), /<AuthenticationErrorDetail>Invalid audience/)
  })

  it('refuses an account key, a SAS and nobody at all', async () => {
    const key = new StorageSharedKeyCredential('devstoreaccount1', Buffer.from('guessed').toString('base64'))
    const withKey = new BlobServiceClient(blobs.endpoint, key).getContainerClient('documents')
    const refusal = { statusCode: 403, code: 'KeyBasedAuthenticationNotPermitted' }

    await assert.rejects(withKey.getBlobClient('Welcome.md').download(), refusal)
    assert.equal((await fetch(`${blobs.endpoint}/documents/Welcome.md?sp=r&sig=guessed`)).status, 403)
    assert.equal((await fetch(`${blobs.endpoint}/documents/Welcome.md`)).status, 401)
  })
})

describe('a fault of blob storage', () => {
  it('fails with an error that the SDK understands', async () => {
    blobs.faults.failNext(403, { code: 'AuthorizationFailure', message: 'Not from this network.' })

    await assert.rejects(documents.getBlobClient('Welcome.md').download(), {
      statusCode: 403,
      code: 'AuthorizationFailure',
      message: /^Not from this network\.\nRequestId:/,
    })
  })

  it('fails once, and the SDK tries again', async () => {
    blobs.faults.failNext(503)

    assert.ok(await read('Welcome.md', 0, 9))
    assert.equal(blobs.requests.length, 2)
  })

  it('delays', async () => {
    blobs.faults.delayNext(150)
    const before = performance.now()

    await read('Welcome.md', 0, 9)

    assert.ok(performance.now() - before >= 145)
  })

  it('hangs until the client gives up', async (t) => {
    blobs.faults.hangNext()

    const leaving = new AbortController()
    const options = { abortSignal: leaving.signal }
    const asked = documents.getBlobClient('Welcome.md').download(0, undefined, options)
    await t.waitFor(() => assert.equal(blobs.requests.length, 1), patiently)
    leaving.abort()

    await assert.rejects(asked, { name: 'AbortError' })
    await t.waitFor(() => assert.equal(blobs.openRequests, 0), patiently)
  })

  it('drops the connection, and the SDK tries again', async () => {
    blobs.faults.dropNext()

    assert.ok(await read('Welcome.md', 0, 9))
    assert.equal(blobs.requests.length, 2)
  })

  it('cuts the body after so many bytes', async () => {
    blobs.faults.cutNext(100_000)
    let received = 0

    const body = await bodyOf('archive/noise.bin')
    body.on('data', (chunk) => {
      received += chunk.length
    })

    await assert.rejects(once(body, 'end'))
    assert.equal(received, 100_000)
  })
})

describe('a large blob', () => {
  it('is stored from blocks, held back by a slow reader and let go when the reader leaves', async (t) => {
    const block = Buffer.alloc(megabyte, 'x')
    await blobs.put('large.bin', new Array<Buffer>(64).fill(block))
    const body = await bodyOf('large.bin')
    const before = process.memoryUsage().arrayBuffers

    await once(body, 'readable')
    await setTimeout(300)
    const heldMegabytes = (process.memoryUsage().arrayBuffers - before) / megabyte
    assert.equal(blobs.openRequests, 1)
    body.on('error', () => {})
    if ('destroy' in body) body.destroy()

    await t.waitFor(() => assert.equal(blobs.openRequests, 0), patiently)
    assert.ok(heldMegabytes < 16, `${heldMegabytes} MiB wait in this process`)
  })
})

describe('Azurite', () => {
  it('ends with its parent, even when that is killed', async (t) => {
    const program = `import { startAzurite } from '${import.meta.resolve('./azurite.ts')}'
      import { writeCertificates } from '${import.meta.resolve('../certificate-files.ts')}'
      import { createCertificates } from '${import.meta.resolve('../certificates.ts')}'
      const { caFile: file, ...files } = await writeCertificates(await createCertificates())
      const { port } = await startAzurite(files)
      console.log(JSON.stringify({ port, file }))`
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { port, file } = JSON.parse(String(await once(parent.stdout, 'data')))
    assert.equal(await listens(port), true)

    parent.kill('SIGKILL')

    await t.waitFor(async () => assert.equal(await listens(port), false), patiently)
    await rm(path.dirname(file), { recursive: true, maxRetries: 5 })
  })
})
