// Emulates reading secrets from Key Vault, with the challenge by which a client learns where to get a token.
import type { IncomingMessage } from 'node:http'
import { Activity, recorded, requestLine } from '../activity.ts'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import { callerOf } from '../identity/caller.ts'
import type { IdentityService } from '../identity/index.ts'
import type { Service } from '../service.ts'
import { refuseAccess, resourceAt, unauthorized } from './access.ts'
import { vaultError } from './errors.ts'
import { answerSecrets } from './read-secret.ts'
import { type Attributes, createSecrets } from './secrets.ts'

export type SeedSecret = { name: string; value: string } & Attributes

type Options = { identity: IdentityService; certificates: Certificates }

/** Starts an empty vault that the app may read. */
export async function startVault({ identity, certificates }: Options) {
  const faults = new Faults()
  const activity = new Activity()
  const requests: { method: string; url: string }[] = []
  const readers = new Set([identity.app])
  let challenges = 0

  async function answer(request: IncomingMessage): Promise<Answer> {
    // Neither counted as a request nor hit by a fault: each new SecretClient begins this way.
    if (!request.headers.authorization) {
      challenges += 1
      return unauthorized(identity, port)
    }
    requests.push({ method: request.method ?? '', url: request.url ?? '' })
    return withFault(
      faults.take(requestLine(request)),
      ({ status, message, ...details }) => vaultError(status, message, details),
      () => refuseAccess(request, readers, identity, port) ?? answerSecrets(request, secrets),
    )
  }

  const { port, close } = await serve(
    recorded(answer, activity, (request) => callerOf(request, identity)),
    certificates,
  )
  const endpoint = `https://demo.vault.localhost:${port}`
  const secrets = createSecrets(endpoint)
  let seeded: SeedSecret | undefined

  /** Sets the secret that the site is told to read, now and at each reset. */
  function seed(secret: SeedSecret): void {
    seeded = secret
    secrets.set(secret.name, secret.value, secret)
  }

  async function reset(): Promise<void> {
    faults.clear()
    requests.length = 0
    activity.clear()
    challenges = 0
    readers.clear()
    readers.add(identity.app)
    secrets.clear()
    if (seeded) seed(seeded)
  }

  const service = {
    endpoint,
    get env() {
      return {
        AZURE_KEY_VAULT_ENDPOINT: endpoint,
        ...(seeded && { AZURE_KEY_VAULT_SECRET_NAME: seeded.name }),
      }
    },
    faults,
    /** Who may read secrets: the app, unless a test changes it. */
    readers,
    /** The requests that came with a token. */
    requests,
    activity,
    /** What tokens for it are issued for. */
    resource: resourceAt(port),
    /** How often the vault asked for a token. */
    get challenges() {
      return challenges
    },
    /** Sets a new version of a secret, disabled or expired if the attributes say so. */
    set: (name: string, value: string, attributes?: Attributes) => void secrets.set(name, value, attributes),
    /**
     * Changes attributes of the current version of a secret, as its owner can. The value and the version stay.
     *
     * @returns a function that puts them back
     */
    update: secrets.update,
    seed,
    reset,
    close,
  }
  return service satisfies Service
}
