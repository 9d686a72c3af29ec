// One credential for every client library: the right way for most sites. Reads AZURE_TOKEN_CREDENTIALS and AZURE_CLIENT_ID
// (both through the credential), AZURE_STORAGE_BLOB_ENDPOINT, AZURE_STORAGE_CONTAINER_NAME, AZURE_KEY_VAULT_ENDPOINT and
// AZURE_KEY_VAULT_SECRET_NAME.
import { DefaultAzureCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { BlobServiceClient } from '@azure/storage-blob'

const {
  AZURE_STORAGE_BLOB_ENDPOINT = '',
  AZURE_STORAGE_CONTAINER_NAME = '',
  AZURE_KEY_VAULT_ENDPOINT = '',
  AZURE_KEY_VAULT_SECRET_NAME = '',
} = process.env

// It caches one token for each service and renews it. AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential keeps it from trying
// the sign-in of whoever else uses the machine, so it is required.
const credential = new DefaultAzureCredential({ requiredEnvVars: 'AZURE_TOKEN_CREDENTIALS' })

const storage = new BlobServiceClient(AZURE_STORAGE_BLOB_ENDPOINT, credential)
const vault = new SecretClient(AZURE_KEY_VAULT_ENDPOINT, credential)

const container = storage.getContainerClient(AZURE_STORAGE_CONTAINER_NAME)
for await (const { name } of container.listBlobsFlat()) console.log(`document ${name}`)

const secret = await vault.getSecret(AZURE_KEY_VAULT_SECRET_NAME)
console.log(`secret ${secret.name}, version ${secret.properties.version}`)
