// The system-assigned identity, which is created and deleted with the site: right where nothing else is to act as the site.
// Reads AZURE_KEY_VAULT_ENDPOINT and AZURE_KEY_VAULT_SECRET_NAME.
import { ManagedIdentityCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'

const { AZURE_KEY_VAULT_ENDPOINT = '', AZURE_KEY_VAULT_SECRET_NAME = '' } = process.env

// Without an id it is the system-assigned identity, whatever AZURE_CLIENT_ID says: only DefaultAzureCredential reads that.
const credential = new ManagedIdentityCredential()

const vault = new SecretClient(AZURE_KEY_VAULT_ENDPOINT, credential)
const secret = await vault.getSecret(AZURE_KEY_VAULT_SECRET_NAME)
console.log(`secret ${secret.name}, version ${secret.properties.version}`)
