// A token for a REST API that has no client library; Key Vault takes the place of such an API here. Reads AZURE_CLIENT_ID
// (without it, the identity is the system-assigned one), AZURE_KEY_VAULT_ENDPOINT and AZURE_KEY_VAULT_SECRET_NAME.
import { ManagedIdentityApplication } from '@azure/msal-node'

const { AZURE_CLIENT_ID = '', AZURE_KEY_VAULT_ENDPOINT = '', AZURE_KEY_VAULT_SECRET_NAME = '' } = process.env

const api = new URL(AZURE_KEY_VAULT_ENDPOINT)
// The audience: the application ID URI in the API's documentation. A vault's is its host name without the first label.
const resource = `https://${api.hostname.replace(/^[^.]+\./, '')}`
const identity = new ManagedIdentityApplication({
  managedIdentityIdParams: { userAssignedClientId: AZURE_CLIENT_ID },
})

async function get(url: URL): Promise<{ id: string }> {
  // Addresses may come from the API itself, as links to the next page do: only the API gets its token.
  if (url.origin !== api.origin) throw new Error(`${url.origin} is not ${api.origin}`)
  let response = await send(url)
  if (response.status === 401) {
    // Refused before its end. One fresh token, no loop: MSAL's cache is passed over, that of App Service cannot be.
    await response.body?.cancel()
    response = await send(url, { forceRefresh: true })
  }
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`)
  return (await response.json()) as { id: string }
}

async function send(url: URL, { forceRefresh = false } = {}): Promise<Response> {
  const { accessToken } = await identity.acquireToken({ resource, forceRefresh })
  url.searchParams.set('api-version', '7.6')
  // On a redirect to another origin, fetch leaves the Authorization header out.
  return fetch(url, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(10_000),
  })
}

const current = await get(new URL(`/secrets/${AZURE_KEY_VAULT_SECRET_NAME}`, api))
const version = await get(new URL(current.id)) // with the token that MSAL has cached
console.log(`secret ${new URL(version.id).pathname}`)
