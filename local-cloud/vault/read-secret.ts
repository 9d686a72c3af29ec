// GET /secrets/{name}, /secrets/{name}/{version} and /secrets/{name}/versions
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Answer, json } from '../http.ts'
import { vaultError } from './errors.ts'
import type { Secrets } from './secrets.ts'

export function answerSecrets({ method, url = '/' }: IncomingMessage, secrets: Secrets): Answer {
  const { pathname, searchParams } = new URL(url, 'https://vault')
  const [, collection, name = '', version = ''] = pathname.split('/')
  if (!searchParams.has('api-version')) return vaultError(400, 'api-version must be specified')
  if (collection !== 'secrets' || !name) return vaultError(404, 'Not found.', { code: 'NotFound' })
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) return vaultError(400, invalidName(name))
  if (method !== 'GET') return vaultError(405)

  if (version.toLowerCase() === 'versions') return listVersions(name, searchParams, secrets)
  return readSecret(name, version, secrets)
}

function readSecret(name: string, version: string, secrets: Secrets): Answer {
  const secret = secrets.find(name, version)
  if (!secret) return vaultError(404, notFound(name))
  if (!secret.attributes.enabled) return vaultError(403, disabled, { code: 'SecretDisabled' })
  // Azure returns an expired secret too: it is for the reader to look at the attributes.
  return json(200, secret, responseHeaders())
}

const LARGEST_PAGE = 25

/** Lists the versions without their values, a page at a time. Azure lists none for a secret that is not there. */
function listVersions(name: string, parameters: URLSearchParams, secrets: Secrets): Answer {
  const size = Number(parameters.get('maxresults') ?? LARGEST_PAGE)
  const start = Number(parameters.get('$skiptoken') ?? 0)
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) return vaultError(400, invalidSize)
  if (!Number.isInteger(start) || start < 0) return vaultError(400, 'The skip token is invalid.')
  const versions = secrets.versionsOf(name)
  const value = versions.slice(start, start + size).map(({ value: _, ...version }) => version)
  const next = new URLSearchParams(parameters)
  next.set('$skiptoken', String(start + size))
  const isLast = start + size >= versions.length
  const nextLink = isLast ? null : `${secrets.vaultUrl}/secrets/${name}/versions?${next}`
  return json(200, { value, nextLink }, responseHeaders())
}

const responseHeaders = () => ({ 'x-ms-request-id': randomUUID(), 'x-ms-keyvault-region': 'local' })
const invalidSize = `The value of maxresults must be between 1 and ${LARGEST_PAGE}.`

const invalidName = (name: string) => `The request URI contains an invalid name: ${name}`
const notFound = (name: string) => `A secret with (name/id) ${name} was not found in this key vault.`
const disabled = 'Operation get is not allowed on a disabled secret.'
