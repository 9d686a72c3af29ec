// The throwaway certificates, and whether others than Node trust them as they should.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import dns from 'node:dns'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { createCertificates } from './certificates.ts'
import { type LocalCloud, startLocalCloud } from './index.ts'

const { ca, cert, key } = await createCertificates()
const { ca: bundleOfTheMachine } = await createCertificates()

describe('the certificates', () => {
  const authority = new X509Certificate(ca)
  const server = new X509Certificate(cert)

  it('are an authority and a server certificate signed by it', () => {
    assert.equal(authority.ca, true)
    assert.equal(server.ca, false)
    assert.equal(server.checkIssued(authority), true)
    assert.equal(server.verify(authority.publicKey), true)
    assert.equal(server.checkPrivateKey(createPrivateKey(key)), true)
  })

  it('hold for the names and addresses of the local cloud and for no other', () => {
    assert.ok(server.checkHost('localhost'))
    assert.ok(server.checkHost('demo.vault.localhost'))
    assert.ok(server.checkIP('127.0.0.1'))
    assert.ok(server.checkIP('::1'))
    assert.equal(server.checkHost('vault.localhost'), undefined)
    assert.equal(server.checkHost('example.com'), undefined)
  })

  it('hold now and for a month', () => {
    const days = (Number(server.validToDate) - Date.now()) / (24 * 60 * 60 * 1000)

    assert.ok(Number(server.validFromDate) < Date.now())
    assert.ok(days > 29 && days <= 30)
  })

  it('are new every time', () => {
    assert.notEqual(bundleOfTheMachine, ca)
  })
})

describe('a running local cloud', () => {
  let folder: string
  let cloud: LocalCloud
  let bundle: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'certificates-test-'))
    process.env.NODE_EXTRA_CA_CERTS = path.join(folder, 'company.pem')
    await writeFile(process.env.NODE_EXTRA_CA_CERTS, bundleOfTheMachine)
    cloud = await startLocalCloud()
    bundle = cloud.env.NODE_EXTRA_CA_CERTS ?? ''
  })
  after(async () => {
    delete process.env.NODE_EXTRA_CA_CERTS
    await cloud.close()
    await rm(folder, { recursive: true })
  })

  it('adds its authority to the ones that the machine trusts already', async () => {
    const trusted = await readFile(bundle, 'utf8')

    assert.ok(trusted.includes(bundleOfTheMachine))
    assert.ok(trusted.includes(cloud.ca))
  })

  it('leaves no private key on the disk', async () => {
    const names = await readdir(path.dirname(bundle))
    const files = await Promise.all(
      names.map((name) => readFile(path.join(path.dirname(bundle), name), 'utf8')),
    )

    assert.deepEqual(names.toSorted(), ['ca.pem', 'server.pem'])
    assert.ok(!files.join().includes('PRIVATE KEY'))
    if (process.platform !== 'win32') assert.equal((await stat(path.dirname(bundle))).mode & 0o777, 0o700)
  })

  it('is trusted by curl', async (t) => {
    const url = `${cloud.vault.endpoint}/secrets/any?api-version=7.6`
    // On Windows, curl would ask whether the certificate was revoked, which nobody can say.
    const trust = ['--cacert', bundle, '--ssl-no-revoke']
    const options = ['--silent', '--show-error', '--include', ...trust, '--noproxy', '*', url]

    const { stdout } = await promisify(execFile)('curl', options).catch((error) => {
      if (error.code !== 'ENOENT') throw error
      t.skip('there is no curl here')
      return { stdout: undefined }
    })

    if (stdout) assert.match(stdout, /^HTTP\/1\.1 401 .*\r\nwww-authenticate: Bearer authorization="https:/is)
  })

  // Last, because it closes the cloud that the others use.
  it('is gone from the disk when closed', async () => {
    assert.equal(existsSync(path.dirname(bundle)), true)

    await cloud.close()

    assert.equal(existsSync(path.dirname(bundle)), false)
  })
})

describe('names that end in .localhost', () => {
  const ipv4 = { address: '127.0.0.1', family: 4 }

  it('resolve in each way of asking', async () => {
    assert.deepEqual(await lookup('a.localhost'), ['127.0.0.1', 4])
    assert.deepEqual(await lookup('A.B.LOCALHOST.', {}), ['127.0.0.1', 4])
    assert.deepEqual(await lookup('a.localhost', 4), ['127.0.0.1', 4])
    assert.deepEqual(await lookup('a.localhost', 6), ['::1', 6])
    assert.deepEqual(await lookup('a.localhost', { family: 'IPv6' }), ['::1', 6])
    assert.deepEqual(await lookup('a.localhost', { all: true }), [[ipv4]])
    assert.deepEqual(await promisify(dns.lookup)('a.localhost'), ipv4)
    assert.deepEqual(await lookup('a.localhost', { all: true, family: 6 }), [[{ address: '::1', family: 6 }]])
  })

  it('are the only ones that resolve differently', async () => {
    assert.deepEqual(await lookup('127.0.0.9'), ['127.0.0.9', 4])
    assert.deepEqual(await lookup('127.0.0.9', { all: true }), [[{ address: '127.0.0.9', family: 4 }]])
    await assert.rejects(lookup('notlocalhost.invalid'), { syscall: 'getaddrinfo' })
  })
})

function lookup(name: string, options?: number | dns.LookupOptions): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const answer = (error: Error | null, ...results: unknown[]) => (error ? reject(error) : resolve(results))
    if (options === undefined) dns.lookup(name, answer)
    else if (typeof options === 'number') dns.lookup(name, options, answer)
    else dns.lookup(name, options, answer)
  })
}
