// The deployer's own sign-in, through azd or az.
import {
  type AccessToken,
  AzureCliCredential,
  AzureDeveloperCliCredential,
  ChainedTokenCredential,
} from '@azure/identity'
import { Failure, reasonOf, runAgain } from './failure.ts'

/** We name the audience ourselves. A login that asks the server for it would hand a false one the token it likes. */
export const sqlScope = 'https://database.windows.net/.default'

export type SignIn = ReturnType<typeof createSignIn>

/**
 * Prepares tokens for one tenant, or where none is known yet, for the one of the subscription. Not DefaultAzureCredential:
 * on a build machine in Azure, it could find that machine's managed identity, who deployed nothing.
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
     * Kept until five minutes before it expires: each new one costs a run of azd. And after Ctrl-C, which azd gets too,
     * there must be one left to close everything with.
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

    /** The client id of a service principal that is signed in, or undefined where the token does not tell. */
    async clientId(): Promise<string | undefined> {
      const { token } = await signIn.getToken(sqlScope)
      try {
        const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
        // The name of the claim in tokens of version 1, and of version 2.
        return claims.appid ?? claims.azp
      } catch {
        return undefined
      }
    },
  }
  return signIn
}

function noToken(error: unknown, tenantId: string | undefined, again: string): string {
  // Of the two, azd is the one that runs this.
  const [first = error] = error instanceof Error && 'errors' in error ? [error.errors].flat() : []
  const command = tenantId ? `azd auth login --tenant-id ${tenantId}` : 'azd auth login'
  return `Azure gave you no token (${reasonOf(first)}): sign in with \`${command}\`, then ${again}.`
}
