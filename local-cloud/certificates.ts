// A throwaway certificate authority and one server certificate, so that the SDKs find https that they can trust.
import 'reflect-metadata' // which @peculiar/x509 needs before it is loaded
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

export type Certificates = Awaited<ReturnType<typeof createCertificates>>

const day = 24 * 60 * 60 * 1000
const authorityName = 'CN=Keyless Express local cloud (throwaway CA)'
const keyType = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The authority's private key never leaves this function: nothing else can be signed with it later. */
export async function createCertificates() {
  const [authority, server] = await Promise.all([createKeys(), createKeys()])
  const issue = (subject: string, { publicKey }: CryptoKeyPair, extensions: Extension[]) =>
    certificate(subject, publicKey, authority, extensions)

  const [ca, cert, key] = await Promise.all([
    issue(authorityName, authority, [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ]),
    issue('CN=Local cloud', server, [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'dns', value: '*.vault.localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
    ]),
    crypto.subtle.exportKey('pkcs8', server.privateKey),
  ])
  return { ca, cert, key: PemConverter.encode(key, PemConverter.PrivateKeyTag) }
}

function createKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(keyType, true, ['sign', 'verify'])
}

async function certificate(
  subject: string,
  publicKey: CryptoKey,
  authority: CryptoKeyPair,
  extensions: Extension[],
): Promise<string> {
  const signed = await X509CertificateGenerator.create({
    subject,
    issuer: authorityName,
    notBefore: new Date(Date.now() - day / 24),
    notAfter: new Date(Date.now() + 30 * day),
    publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: keyType,
    extensions: [
      ...extensions,
      // Two local clouds may be trusted at once: all authorities have one name, and the key tells them apart.
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  return `${signed.toString('pem')}\n`
}
