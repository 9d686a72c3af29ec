// What the site uses of Azure's packages. They are half of its code, so they are loaded when they are needed, and not by the start:
// `await import('./sdk.ts')`.
export { createDefaultHttpClient } from '@azure/core-rest-pipeline'
export { DefaultAzureCredential } from '@azure/identity'
export { SecretClient } from '@azure/keyvault-secrets'
export { BlobServiceClient } from '@azure/storage-blob'
