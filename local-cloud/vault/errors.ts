// The errors of Key Vault, worded and shaped as in Azure.
import type { Answer } from '../http.ts'
import { json } from '../http.ts'
import type { Refusal } from '../identity/tokens.ts'

const usual: Record<number, { code: string; message: string }> = {
  400: { code: 'BadParameter', message: 'The request URI is not valid.' },
  401: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' },
  403: { code: 'Forbidden', message: 'Caller is not authorized to perform action on resource.' },
  404: { code: 'SecretNotFound', message: 'The secret was not found in this key vault.' },
  405: { code: 'MethodNotAllowed', message: 'The request method is not allowed for this resource.' },
  429: {
    code: 'Throttled',
    message:
      'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached',
  },
  500: { code: 'InternalError', message: 'The service encountered an internal error.' },
  503: { code: 'ServiceUnavailable', message: 'The service is unavailable.' },
}

type Details = { code?: string | undefined; headers?: Record<string, string> | undefined }

/** An error. Every 403 of a vault is `Forbidden` and says more in an inner error: there `code` goes. */
export function vaultError(status: number, message?: string, { code, headers }: Details = {}): Answer {
  const forbidden = status === 403
  const error = {
    code: (forbidden ? undefined : code) ?? usual[status]?.code ?? 'InternalError',
    message: message ?? usual[status]?.message ?? '',
    ...(forbidden && { innererror: { code: code ?? 'ForbiddenByRbac' } }),
  }
  return json(status, { error }, { ...(status === 429 && { 'retry-after': '1' }), ...headers })
}

/** What the vault says about a token that it does not take; `error` comes from the identity service. */
export function tokenProblem(error: unknown): string | undefined {
  const { message, cause } = error as { message: string; cause?: Refusal }
  if (cause === 'audience') return `AKV10022: ${message}`
  if (cause === 'expired') return "[TokenExpired] Error validating token: 'S2S12086'."
  if (cause === 'signature') return 'AKV10046: Unable to resolve the key used for signature validation.'
  return undefined
}
