// A password in Key Vault, for a service that takes no Entra token, like a Redis of your own. Reads AZURE_TOKEN_CREDENTIALS
// and AZURE_CLIENT_ID (through the credential), AZURE_KEY_VAULT_ENDPOINT, REDIS_PASSWORD_SECRET_NAME and REDIS_URL.
import { createInterface } from 'node:readline'
import { DefaultAzureCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import { createClient } from '@redis/client'

const { AZURE_KEY_VAULT_ENDPOINT = '', REDIS_PASSWORD_SECRET_NAME = '', REDIS_URL = '' } = process.env

const credential = new DefaultAzureCredential({ requiredEnvVars: 'AZURE_TOKEN_CREDENTIALS' })
const vault = new SecretClient(AZURE_KEY_VAULT_ENDPOINT, credential)
const readPassword = async () => (await vault.getSecret(REDIS_PASSWORD_SECRET_NAME)).value ?? ''
let password = await readPassword()

async function connect() {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('WRONGPASS'))) throw error
    // Rotated since it was read, so it is read again, but only once: another refusal means that the vault is not up to date.
    password = await readPassword()
    return open()
  }
}

async function open() {
  const connectionString = new URL(REDIS_URL)
  connectionString.password = encodeURIComponent(password)
  // If the client reconnected by itself, it would repeat the old password.
  const client = createClient({ url: connectionString.href, socket: { reconnectStrategy: false } })
  return client.on('error', ({ message }) => console.error(message)).connect()
}

let client = await connect()
console.log('connected to Redis, which counts each line of standard input')
for await (const line of createInterface({ input: process.stdin })) {
  if (!client.isReady) client = await connect()
  console.log(`${line}: ${await client.incr(line)}`)
}
client.destroy()
