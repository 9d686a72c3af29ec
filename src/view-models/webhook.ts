// What the page of the secret shows about the webhook.
import type { Request } from 'express'

/** @param webhookUrl the path of the webhook on the host that the visitor asked for */
export function webhookViewModel(req: Request, webhookUrl: string) {
  return { webhookUrl, command: command(`${req.protocol}://${hostOf(req)}${webhookUrl}`) }
}

/** The command that sends a signed delivery to an address. It takes the key from the environment. */
function command(address: string): string {
  return `body='{"action":"created"}'
signature=$(printf %s "$body" | openssl dgst -sha256 -mac HMAC -macopt key:"$WEBHOOK_SECRET" | sed 's/.* //')
curl --include --data-binary "$body" \\
  --header 'Content-Type: application/json' \\
  --header "X-Hub-Signature-256: sha256=$signature" \\
  --header "X-GitHub-Delivery: $(openssl rand -hex 16)" \\
  '${address}'`
}

/** The host that the visitor asked for. Characters of the shell do not belong into a command. */
function hostOf(req: Request): string {
  return /^[\w.:[\]-]+$/.test(req.host ?? '') ? req.host : 'localhost'
}
