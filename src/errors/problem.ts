// The one place where an error becomes a status and a sentence. Azure's own messages go to the log, never to the visitor.
import { STATUS_CODES } from 'node:http'
import { isHttpError } from 'http-errors'
import { retryAfterMs } from '../azure/retry-after.ts'

/** What the visitor sees of an error. */
export interface Problem {
  status: number
  title: string
  detail: string
  headers: Record<string, string>
  /** Set for errors that are temporary, whose page reloads itself. */
  kind?: Kind | undefined
}

/** The database is waking up, or a new role has not taken effect yet. */
type Kind = 'waking' | 'granting'

/** The properties of one error in the chain of causes. */
interface Cause {
  name: string
  /** The error code of Blob Storage, Key Vault, tedious or Node.js. */
  code: string
  /** The status of Azure's HTTP response. */
  status: number
  /** The error number of SQL Server. */
  number: number
  message: string
  /** The seconds of Azure's Retry-After header. */
  retryAfter: number | undefined
}

interface Rule {
  when(cause: Cause): boolean
  status: number
  detail: string | (() => string)
  /** The seconds of the Retry-After header. */
  retryAfter?: number
  kind?: Kind
}

// Blob Storage's error codes for an invalid prefix, cursor or name:
// https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
const INVALID_NAME_CODES = [
  'InvalidResourceName',
  'InvalidUri',
  'OutOfRangeInput',
  'InvalidQueryParameterValue',
  'OutOfRangeQueryParameterValue',
]

// The first rule that matches any error in the chain of causes is used.
const rules: Rule[] = [
  {
    when: ({ name }) => name === 'BusyError',
    status: 503,
    retryAfter: 5,
    detail: 'Too many visitors are waiting. Please try again in a moment.',
  },
  {
    // Never sent, because the response has started. A status below 500 keeps it out of the error log.
    when: ({ name }) => name === 'SlowReaderError',
    status: 408,
    detail: 'The download was too slow while others waited. Please try again.',
  },
  // Before the rule for timeouts, because a timeout of the identity endpoint is the cause of some of these.
  {
    when: ({ name }) => name === 'IdentityError',
    status: 503,
    retryAfter: 10,
    detail: 'The site could not sign in to Azure. Its managed identity gave no token.',
  },
  {
    when: ({ name, code }) => name === 'TimeoutError' || code === 'ETIMEOUT' || code === 'ETIMEDOUT',
    status: 504,
    detail: 'Azure did not answer in time. Please try again.',
  },

  // Blob Storage and Key Vault.
  {
    when: ({ code }) => INVALID_NAME_CODES.includes(code),
    status: 400,
    detail: 'Blob Storage does not take this name, prefix or cursor.',
  },
  {
    when: ({ code }) => code === 'BlobArchived' || code === 'BlobBeingRehydrated',
    status: 409,
    detail: 'The document is archived, and whoever runs the site has to bring it back before it can be read.',
  },
  {
    when: ({ status }) => status === 409,
    status: 409,
    detail: 'Azure has a document of this name, but its type or its state does not allow reading it.',
  },
  {
    when: ({ code }) => code === 'ContainerNotFound',
    status: 503,
    retryAfter: 60,
    detail: 'The container of the documents does not exist. Whoever runs the site has to create it.',
  },
  { when: ({ code }) => code === 'SecretNotFound', status: 404, detail: 'There is no such secret.' },
  { when: ({ code }) => code === 'BlobNotFound', status: 404, detail: 'There is no such document.' },
  { when: ({ status }) => status === 404, status: 404, detail: 'Azure has nothing under this name.' },
  {
    when: ({ status }) => status === 412,
    status: 503,
    retryAfter: 1,
    detail: 'The document changed while it was being read. Please try again.',
  },
  {
    when: ({ code }) => code === 'SecretDisabled',
    status: 503,
    retryAfter: 60,
    detail: 'The secret is disabled in the key vault.',
  },
  {
    when: ({ status }) => status === 401 || status === 403,
    status: 503,
    retryAfter: 30,
    kind: 'granting',
    detail:
      'Azure refused the site access. A role that was granted a moment ago can take up to ten minutes to work.',
  },
  {
    when: ({ status }) => status === 429 || status === 503,
    status: 503,
    retryAfter: 5,
    detail: 'Azure is busy and asked the site to slow down. Please try again in a moment.',
  },

  // Azure SQL: https://learn.microsoft.com/azure/azure-sql/database/troubleshoot-common-errors-issues
  {
    when: ({ number, message }) => number === 42119 || /monthly free amount allowance/i.test(message),
    status: 503,
    retryAfter: 24 * 60 * 60,
    detail: () =>
      `The database has used up its free allowance of this month. It is back on ${firstOfNextMonth()}.`,
  },
  {
    when: ({ number }) => number === 40613,
    status: 503,
    retryAfter: 10,
    kind: 'waking',
    detail: 'The database was asleep and is waking up, which takes about a minute.',
  },
  {
    when: ({ number }) => [10928, 10929, 40197, 40501, 49918, 49919, 49920].includes(number),
    status: 503,
    retryAfter: 10,
    detail: 'The database is busy. Please try again in a moment.',
  },
  {
    when: ({ number }) => number === 18456 || number === 4060,
    status: 503,
    retryAfter: 30,
    detail: 'The database refused the sign-in of the site. Its database user may be missing.',
  },
  {
    when: ({ number }) => number === 40615,
    status: 503,
    retryAfter: 30,
    detail: 'The database refused the network address of the site.',
  },
  {
    when: ({ number }) => number === 229,
    status: 503,
    retryAfter: 30,
    detail: 'The database refused the site access to the table. Its grant may be missing.',
  },
  {
    when: ({ number }) => number === 208,
    status: 503,
    retryAfter: 60,
    detail: 'The table of this page does not exist. Whoever runs the site has to create it.',
  },

  {
    when: ({ name }) => ['RestError', 'SqlError', 'BrokenDownloadError'].includes(name),
    status: 502,
    detail: 'Azure gave an answer that the site could not use. Please try again.',
  },
]

/** Describes an error for the visitor. */
export function problemFor(error: unknown): Problem {
  if (isHttpError(error) && error.expose) return problem(error.status, error.message, error.headers)
  if (error instanceof URIError) return problem(400, 'The path takes percent-encoded UTF-8.')

  const causes = causesOf(error)
  for (const { when, status, detail, retryAfter, kind } of rules) {
    const cause = causes.find(when)
    if (!cause) continue
    const seconds = status === 503 && (cause.retryAfter ?? retryAfter)
    const headers: Record<string, string> = seconds ? { 'Retry-After': String(seconds) } : {}
    return { ...problem(status, typeof detail === 'string' ? detail : detail(), headers), kind }
  }
  return problem(500, 'Something went wrong on this site. The log has the details under the request id.')
}

function problem(status: number, detail: string, headers: Record<string, string> = {}): Problem {
  return { status, title: STATUS_CODES[status] ?? 'Error', detail, headers }
}

function firstOfNextMonth(): string {
  const now = new Date()
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
  return first.toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
}

// Errors are recognized by name and code, not by class, because tedious has a second copy of the classes of @azure/identity.
function causesOf(error: unknown, depth = 0): Cause[] {
  if (!(error instanceof Error) || depth > 5) return []
  const { name, message, code, statusCode, number, details, response, errors, cause } = error as SdkError
  const retryAfter = Math.ceil(retryAfterMs(response?.headers?.get('retry-after')) / 1_000)
  return [
    {
      name,
      code: String(details?.error?.innerError?.code ?? details?.errorCode ?? code ?? ''),
      status: statusCode ?? 0,
      number: number ?? 0,
      message,
      retryAfter: retryAfter || undefined,
    },
    ...[cause, ...(errors ?? [])].flatMap((inner) => causesOf(inner, depth + 1)),
  ]
}

// The properties that RestError of the Azure SDK, SqlError, errors of Node.js and AggregateError add to Error.
interface SdkError extends Error {
  code?: string
  statusCode?: number
  number?: number
  details?: { errorCode?: string; error?: { innerError?: { code?: string } } }
  response?: { headers?: { get(name: string): string | undefined } }
  errors?: unknown[]
}
