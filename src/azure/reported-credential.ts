// Reports each request for a token: what it is for, and how long the token is good. Never the token.
import { hash } from 'node:crypto'
import type { TokenCredential } from '@azure/identity'
import { reported, type TokenReport, tokenRequests } from './reports.ts'

/** Wraps a credential so that its token requests are reported. */
export function reportedCredential(credential: TokenCredential): TokenCredential {
  return {
    getToken(scopes, options) {
      const report: TokenReport = { audience: [scopes].flat().join(' ').replaceAll('/.default', '') }
      return reported(tokenRequests, report, async () => {
        const token = await credential.getToken(scopes, options)
        if (token) {
          report.expiresOn = new Date(token.expiresOnTimestamp)
          report.fingerprint = fingerprintOf(token.token)
        }
        return token
      })
    },
  }
}

/** A hash of a token, by which the requests that carry it are recognized. */
export function fingerprintOf(token: string): string {
  return hash('sha256', token)
}
