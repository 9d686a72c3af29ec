// The deployer's own sign-in, through azd or az.
import {
  type AccessToken,
  AzureCliCredential,
  AzureDeveloperCliCredential,
  ChainedTokenCredential,
} from '@azure/identity'
import { Failure, reasonOf, runAgain } from './failure.ts'

export type SignIn = ReturnType<typeof createSignIn>
export type Principal = { objectId?: string; clientId?: string }

/**
 * Prepares to acquire tokens for a tenant, or for the default tenant if it is not known yet. Not with DefaultAzureCredential,
 * which on a build machine in Azure could use the managed identity of that machine.
 *
 * @param again what to do after signing in, as the end of a sentence
 */
export function createSignIn(tenantId?: string, again = runAgain) {
  const options = { ...(tenantId ? { tenantId } : {}), processTimeoutInMs: 60_000 }
  const credential = new ChainedTokenCredential(
    new AzureDeveloperCliCredential(options),
    new AzureCliCredential(options),
  )
  const tokens = new Map<string, Promise<AccessToken>>()

  const signIn = {
    /**
     * Caches the token until five minutes before it expires, because each new one starts azd. After Ctrl-C, which azd receives
     * too, a cached token is needed to close everything.
     *
     * @throws {Failure} when neither azd nor az gives a token
     */
    async getToken(scopes: string | string[]): Promise<AccessToken> {
      const [scope = ''] = [scopes].flat()
      const kept = tokens.get(scope)
      if (kept && (await kept).expiresOnTimestamp - Date.now() > 5 * 60_000) return kept
      const token = credential.getToken(scope).catch((error: unknown) => {
        tokens.delete(scope)
        throw new Failure(noToken(error, tenantId, again))
      })
      tokens.set(scope, token)
      return token
    },

    /** The object ID and, for a service principal, the client ID of the deployer, as far as a token for `scope` has them. */
    async principal(scope: string): Promise<Principal> {
      const { token } = await signIn.getToken(scope)
      return principalIn(token)
    },
  }
  return signIn
}

/** Reads claims without verifying the token: only Azure, which receives it, has to trust it. */
function principalIn(token: string): Principal {
  const [, payload = ''] = token.split('.')
  try {
    const { oid, appid, azp } = JSON.parse(Buffer.from(payload, 'base64url').toString())
    // Tokens of version 1 have the claim `appid`, those of version 2 `azp`.
    return { objectId: oid, clientId: appid ?? azp }
  } catch {
    return {}
  }
}

function noToken(error: unknown, tenantId: string | undefined, again: string): string {
  // Of the errors of azd and az, show that of azd, which runs the hook.
  const [first = error] = error instanceof Error && 'errors' in error ? [error.errors].flat() : []
  const command = tenantId ? `azd auth login --tenant-id ${tenantId}` : 'azd auth login'
  return `Azure gave you no token (${reasonOf(first)}): sign in with \`${command}\`, then ${again}.`
}
