// Your own sign-in, of `az login` or `azd auth login`: right on your machine, for scripts and while you develop. Reads
// AZURE_STORAGE_BLOB_ENDPOINT and AZURE_STORAGE_CONTAINER_NAME.
import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity'
import { BlobServiceClient } from '@azure/storage-blob'

const { AZURE_STORAGE_BLOB_ENDPOINT = '', AZURE_STORAGE_CONTAINER_NAME = '' } = process.env

// The first that is signed in. Neither looks for a managed identity, which a laptop does not have.
const credential = new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential())

const storage = new BlobServiceClient(AZURE_STORAGE_BLOB_ENDPOINT, credential)
const container = storage.getContainerClient(AZURE_STORAGE_CONTAINER_NAME)
for await (const { name } of container.listBlobsFlat()) console.log(`document ${name}`)
