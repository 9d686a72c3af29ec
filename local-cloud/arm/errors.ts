// The errors of Azure Resource Manager, in its shape.
import { type Answer, json } from '../http.ts'

type ArmError = {
  status: number
  code?: string | undefined
  message?: string | undefined
  headers?: Record<string, string> | undefined
}

const usual: Record<number, { code: string; message: string }> = {
  400: { code: 'InvalidRequestContent', message: 'The request content was invalid.' },
  401: { code: 'InvalidAuthenticationToken', message: 'The access token is invalid.' },
  403: {
    code: 'AuthorizationFailed',
    message: 'The client does not have authorization to perform this action.',
  },
  404: { code: 'ResourceNotFound', message: 'The resource was not found.' },
  405: { code: 'MethodNotAllowed', message: 'The local cloud does not imitate this operation.' },
  429: { code: 'TooManyRequests', message: 'The request is being throttled.' },
  503: { code: 'ServerTimeout', message: 'The request timed out. Please try again.' },
}

/** An error with the code and message that go with its status unless others are given. */
export function armError({ status, code, message, headers }: ArmError): Answer {
  const error = {
    code: code ?? usual[status]?.code ?? 'InternalServerError',
    message: message ?? usual[status]?.message ?? 'Encountered internal server error.',
  }
  return json(status, { error }, headers)
}
