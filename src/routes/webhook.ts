// Takes deliveries signed in GitHub's manner, with the secret as the key.
import { Router } from 'express'
import createError from 'http-errors'
import type { SigningKey } from '../azure/signing-key.ts'
import type { Limits } from '../limits.ts'
import { shortened } from '../log.ts'
import { createBodyReader, limitLength } from '../webhook/body.ts'
import type { Deliveries } from '../webhook/deliveries.ts'
import { isSignedWith, parseSignature } from '../webhook/signature.ts'
import type { Endpoint } from './page.ts'

export const url = '/webhook'

export function webhookEndpoint(signingKey: SigningKey, deliveries: Deliveries, limits: Limits): Endpoint {
  return { url, methods: ['POST'], router: webhookRoutes(signingKey, deliveries, limits) }
}

function webhookRoutes(signingKey: SigningKey, deliveries: Deliveries, limits: Limits): Router {
  const router = Router()
  const readBody = createBodyReader(limits)

  router.post('/', limitLength(limits), async (req, res) => {
    // Before the body is read: a request without a signature costs neither memory nor a request to the vault.
    const signature = parseSignature(req.get('X-Hub-Signature-256'))
    if (!signature) throw unauthorized()

    // The body has a time limit of its own, `receiveMs`.
    res.locals.stopDeadline()
    const { body, signal } = await readBody(req, res)
    res.locals.startDeadline()

    const isSigned = (keys: string[]) => isSignedWith(keys, body, signature)
    const isValid = await signingKey.verify(isSigned, signal).catch(keyUnavailable)
    if (!isValid) throw unauthorized()

    const counted = deliveries.add(req.get('X-GitHub-Delivery'))
    const event = shortened(req.get('X-GitHub-Event'), 64)
    res.locals.log.info({ event, action: actionIn(body), counted }, 'delivery')
    res.status(204).end()
  })

  return router
}

/** What the event is about, such as `opened` for a pull request, if the body is JSON that says so. */
function actionIn(body: Buffer): string | undefined {
  try {
    const { action } = JSON.parse(body.toString())
    return typeof action === 'string' ? shortened(action, 64) : undefined
  } catch {
    return undefined
  }
}

function unauthorized() {
  const detail = 'The X-Hub-Signature-256 header has to hold the signature of the body.'
  // HTTP requires a challenge with each 401. There is no registered scheme for these signatures.
  return createError(401, detail, { headers: { 'WWW-Authenticate': 'X-Hub-Signature-256' } })
}

// Senders try again later after a 503, whatever is wrong with the vault.
function keyUnavailable(cause: unknown): never {
  const detail = 'The key of the signatures cannot be read from the key vault.'
  throw createError(503, detail, { expose: true, headers: { 'Retry-After': '10' }, cause })
}
