// A throwaway certificate authority and one server certificate, so that the SDKs find https they can trust.
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import {
  bitString,
  boolean,
  constructedField,
  integer,
  objectIdentifier,
  octetString,
  primitiveField,
  sequence,
  set,
  utcTime,
  utf8String,
} from './der.ts'

export type Certificates = ReturnType<typeof createCertificates>

const hour = 60 * 60 * 1000
const dnsNames = ['localhost', '*.vault.localhost']
const addresses = [Buffer.from([127, 0, 0, 1]), Buffer.from([...new Array<number>(15).fill(0), 1])]

/** The authority's private key never leaves this function: nothing else can be signed with it later. */
export function createCertificates() {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const issue = (subject: string, publicKey: KeyObject, extensions: Buffer[]) =>
    certificate(subject, publicKey, authority, extensions)

  return {
    ca: issue(authorityName, authority.publicKey, [
      extension('2.5.29.19', sequence(boolean(true)), 'critical'), // a CA
      extension('2.5.29.15', bitString(Buffer.from([0b00000110]), 1), 'critical'), // signs certificates
    ]),
    cert: issue('Local cloud', server.publicKey, [
      extension('2.5.29.15', bitString(Buffer.from([0b10000000]), 7), 'critical'), // signs handshakes
      extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))), // of a server
      extension('2.5.29.17', subjectAlternativeNames()),
    ]),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

const authorityName = 'Keyless Express local cloud (throwaway CA)'
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))

function certificate(
  subject: string,
  publicKey: KeyObject,
  authority: { publicKey: KeyObject; privateKey: KeyObject },
  extensions: Buffer[],
): string {
  const toBeSigned = sequence(
    constructedField(0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])), // serial number
    ecdsaWithSha256,
    name(authorityName),
    sequence(utcTime(new Date(Date.now() - hour)), utcTime(new Date(Date.now() + 30 * 24 * hour))),
    name(subject),
    spki(publicKey),
    constructedField(
      3,
      sequence(
        ...extensions,
        // Two local clouds may be trusted at once: all authorities have one name, and the key tells them apart.
        extension('2.5.29.14', octetString(keyIdentifier(publicKey))),
        extension('2.5.29.35', sequence(primitiveField(0, keyIdentifier(authority.publicKey)))),
      ),
    ),
  )
  const signature = bitString(sign('sha256', toBeSigned, authority.privateKey))
  return pem(sequence(toBeSigned, ecdsaWithSha256, signature))
}

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
const keyIdentifier = (key: KeyObject) => createHash('sha256').update(spki(key)).digest().subarray(0, 20)

const name = (commonName: string) =>
  sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(commonName))))

const extension = (id: string, value: Buffer, critical?: 'critical') =>
  sequence(objectIdentifier(id), ...(critical ? [boolean(true)] : []), octetString(value))

const subjectAlternativeNames = () =>
  sequence(
    ...dnsNames.map((dnsName) => primitiveField(2, Buffer.from(dnsName))),
    ...addresses.map((address) => primitiveField(7, address)),
  )

const pem = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
