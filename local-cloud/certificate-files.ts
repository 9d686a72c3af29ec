// Writes the certificates to a private folder, since Azurite and NODE_EXTRA_CA_CERTS take files only.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Certificates } from './certificates.ts'

/** Makes a new temporary folder; `close` removes it with all that is in it. */
export async function writeCertificates({ ca, cert, key }: Certificates) {
  const folder = await mkdtemp(path.join(tmpdir(), 'local-cloud-'))
  const files = {
    caFile: path.join(folder, 'ca.pem'),
    certificateFile: path.join(folder, 'server.pem'),
    keyFile: path.join(folder, 'server.key'),
  }
  await Promise.all([
    writeFile(files.caFile, `${await trustedAlready()}${ca}`),
    writeFile(files.certificateFile, cert),
    writeFile(files.keyFile, key, { mode: 0o600 }),
  ])
  return {
    ...files,
    folder,
    /** Deletes the private key, which is not read again once the servers run. */
    forgetKey: () => rm(files.keyFile),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** A bundle that is set already, as behind a company's proxy, must stay trusted. */
async function trustedAlready(): Promise<string> {
  const { NODE_EXTRA_CA_CERTS: bundle } = process.env
  return bundle ? `${await readFile(bundle, 'utf8').catch(() => '')}\n` : ''
}
