// The tokens that the credential gave out, by their fingerprints: by them a request shows which token it carried, even when a
// client has kept that token for an hour.
import type { KnownToken, TokenStep } from './steps.ts'

const tokens = new Map<string, KnownToken>()

export function knownToken(fingerprint: string): KnownToken | undefined {
  return tokens.get(fingerprint)
}

/** Notes the token that a request for a token has got. */
export function noteToken(step: TokenStep): void {
  const { audience, expiresOn, fingerprint } = step.report
  if (!expiresOn || !fingerprint) return
  const known = tokens.get(fingerprint)
  if (known) step.token = known
  else {
    forgetExpired()
    step.token = { audience, expiresOn, givenAt: new Date(), first: step }
    tokens.set(fingerprint, step.token)
  }
}

function forgetExpired(): void {
  for (const [fingerprint, { expiresOn }] of tokens) {
    if (expiresOn.getTime() < Date.now()) tokens.delete(fingerprint)
  }
}
