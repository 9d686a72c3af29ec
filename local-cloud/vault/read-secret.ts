// GET /secrets/{name} and /secrets/{name}/{version}
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, json } from '../http.ts'
import { vaultError } from './errors.ts'
import type { Secrets } from './secrets.ts'

export function readSecret({ method, url = '/' }: IncomingMessage, secrets: Secrets): Answer {
  const { pathname, searchParams } = new URL(url, 'https://vault')
  const [, collection, name = '', version = ''] = pathname.split('/')
  if (!searchParams.has('api-version')) return vaultError(400, 'api-version must be specified')
  if (collection !== 'secrets' || !name) return vaultError(404, 'Not found.', { code: 'NotFound' })
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) return vaultError(400, invalidName(name))
  if (method !== 'GET') return vaultError(405)

  const secret = secrets.find(name, version)
  if (!secret) return vaultError(404, notFound(name))
  if (!secret.attributes.enabled) return vaultError(403, disabled, { code: 'SecretDisabled' })
  // Azure returns an expired secret too: it is for the reader to look at the attributes.
  return json(200, secret, { 'x-ms-request-id': randomUUID(), 'x-ms-keyvault-region': 'local' })
}

const invalidName = (name: string) => `The request URI contains an invalid name: ${name}`
const notFound = (name: string) => `A secret with (name/id) ${name} was not found in this key vault.`
const disabled = 'Operation get is not allowed on a disabled secret.'
