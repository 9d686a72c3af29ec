// Several user-assigned identities, each with the roles for one job: right where one part of a site must not reach what
// another may. Reads DOCUMENTS_CLIENT_ID, AZURE_STORAGE_BLOB_ENDPOINT and AZURE_STORAGE_CONTAINER_NAME for one,
// SECRET_CLIENT_ID, AZURE_KEY_VAULT_ENDPOINT and AZURE_KEY_VAULT_SECRET_NAME for the other.
import { ManagedIdentityCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { BlobServiceClient } from '@azure/storage-blob'

const {
  DOCUMENTS_CLIENT_ID = '',
  AZURE_STORAGE_BLOB_ENDPOINT = '',
  AZURE_STORAGE_CONTAINER_NAME = '',
  SECRET_CLIENT_ID = '',
  AZURE_KEY_VAULT_ENDPOINT = '',
  AZURE_KEY_VAULT_SECRET_NAME = '',
} = process.env

// A site with several has to say which one it means, or App Service answers 400. An `objectId` or `resourceId` names it as well.
const documentsIdentity = new ManagedIdentityCredential({ clientId: DOCUMENTS_CLIENT_ID })
const secretIdentity = new ManagedIdentityCredential({ clientId: SECRET_CLIENT_ID })

const storage = new BlobServiceClient(AZURE_STORAGE_BLOB_ENDPOINT, documentsIdentity)
const vault = new SecretClient(AZURE_KEY_VAULT_ENDPOINT, secretIdentity)

const container = storage.getContainerClient(AZURE_STORAGE_CONTAINER_NAME)
for await (const { name } of container.listBlobsFlat()) console.log(`document ${name}`)

const secret = await vault.getSecret(AZURE_KEY_VAULT_SECRET_NAME)
console.log(`secret ${secret.name}, version ${secret.properties.version}`)
