// The secret that the local cloud starts with: like the one of infra/modules/key-vault.bicep, it has a random value. To sign
// deliveries to the webhook, choose the value yourself: set WEBHOOK_SECRET before `npm run dev`.
import { randomBytes } from 'node:crypto'

/** Makes the sample secret, which expires in a year. */
export function sampleSecret() {
  const expiresOn = new Date()
  expiresOn.setFullYear(expiresOn.getFullYear() + 1)
  return {
    name: 'demo-secret',
    value: process.env.WEBHOOK_SECRET || randomBytes(24).toString('base64url'),
    contentType: 'text/plain',
    expiresOn,
  }
}
