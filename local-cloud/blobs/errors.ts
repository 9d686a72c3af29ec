// The errors that Blob Storage gives before a request reaches Azurite, worded and shaped as in Azure.
import { randomUUID } from 'node:crypto'
import type { Answer } from '../http.ts'

type StorageError = {
  status: number
  code?: string | undefined
  message?: string | undefined
  detail?: string | undefined
  headers?: Record<string, string> | undefined
}

const usual: Record<number, { code: string; message: string }> = {
  400: {
    code: 'InvalidHeaderValue',
    message: 'The value for one of the HTTP headers is not in the correct format.',
  },
  401: {
    code: 'InvalidAuthenticationInfo',
    message:
      'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
  },
  403: {
    code: 'AuthorizationPermissionMismatch',
    message: 'This request is not authorized to perform this operation using this permission.',
  },
  404: { code: 'BlobNotFound', message: 'The specified blob does not exist.' },
  409: {
    code: 'PublicAccessNotPermitted',
    message: 'Public access is not permitted on this storage account.',
  },
  412: {
    code: 'ConditionNotMet',
    message: 'The condition specified using HTTP conditional header(s) is not met.',
  },
  416: {
    code: 'InvalidRange',
    message: 'The range specified is invalid for the current size of the resource.',
  },
  500: {
    code: 'InternalError',
    message: 'Server encountered an internal error. Please try again after some time.',
  },
  503: { code: 'ServerBusy', message: 'The server is busy.' },
}

/** An error with the code and message that go with its status unless others are given. */
export function storageError({ status, code, message, detail, headers }: StorageError): Answer {
  const requestId = randomUUID()
  const errorCode = code ?? usual[status]?.code ?? 'InternalError'
  const text = `${message ?? usual[status]?.message ?? errorCode}\nRequestId:${requestId}\nTime:${new Date().toISOString()}`
  const detailElement = detail ? `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>` : ''
  return {
    status,
    headers: {
      'content-type': 'application/xml',
      'x-ms-error-code': errorCode,
      'x-ms-request-id': requestId,
      'x-ms-version': '2025-11-05',
      ...headers,
    },
    // Azure's begins with a byte order mark too.
    body: `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${errorCode}</Code><Message>${text}</Message>${detailElement}</Error>`,
  }
}
