// MSAL itself, for both kinds of managed identity: right for code that uses MSAL already, and where a token is all you need.
// Reads AZURE_CLIENT_ID, AZURE_KEY_VAULT_ENDPOINT and AZURE_KEY_VAULT_SECRET_NAME.
import { ManagedIdentityApplication } from '@azure/msal-node'

const { AZURE_CLIENT_ID = '', AZURE_KEY_VAULT_ENDPOINT = '', AZURE_KEY_VAULT_SECRET_NAME = '' } = process.env

const url = new URL(`/secrets/${AZURE_KEY_VAULT_SECRET_NAME}?api-version=7.6`, AZURE_KEY_VAULT_ENDPOINT)
// The audience of a vault is its host name without the first label.
const resource = `https://${url.hostname.replace(/^[^.]+\./, '')}`

const systemAssigned = new ManagedIdentityApplication()
const userAssigned = new ManagedIdentityApplication({
  managedIdentityIdParams: { userAssignedClientId: AZURE_CLIENT_ID },
})

for (const [kind, identity] of Object.entries({ systemAssigned, userAssigned })) {
  // Ask for a token each time you need one, and do not keep it: MSAL has it in its cache, and knows when to renew it.
  const { accessToken } = await identity.acquireToken({ resource })
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
  if (!response.ok) throw new Error(`${kind}: ${response.status}`)
  const { id } = (await response.json()) as { id: string }
  console.log(`${kind}: secret ${new URL(id).pathname}`)
}
