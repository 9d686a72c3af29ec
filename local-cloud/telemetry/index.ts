// Emulates the ingestion endpoint of Application Insights, which takes telemetry with an Entra token only.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Activity, recorded, requestLine } from '../activity.ts'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import { callerOf } from '../identity/caller.ts'
import type { IdentityService } from '../identity/index.ts'
import type { Service } from '../service.ts'
import { audience, refuseAccess } from './access.ts'
import type { TelemetryItem } from './items.ts'
import { trackError } from './responses.ts'
import { isTrack, track } from './track.ts'

export type { TelemetryItem } from './items.ts'

type Options = { identity: IdentityService; certificates: Certificates }

/** How much is kept. A site that is watched for days sends many more. */
export const KEPT_ITEMS = 5_000
const KEPT_REQUESTS = 1_000

/** Starts an endpoint to which the app may send. */
export async function startTelemetry({ identity, certificates }: Options) {
  const faults = new Faults()
  const activity = new Activity()
  const requests: { method: string; url: string }[] = []
  const publishers = new Set([identity.app])
  const instrumentationKey = randomUUID()
  let items: TelemetryItem[] = []

  function answer(request: IncomingMessage): Promise<Answer> {
    requests.push({ method: request.method ?? '', url: request.url ?? '' })
    if (requests.length > KEPT_REQUESTS) requests.shift()
    return withFault(
      faults.take(requestLine(request)),
      ({ status, message, headers }) => trackError(status, message, headers),
      async () => {
        if (!isTrack(request)) return trackError(404)
        return refuseAccess(request, publishers, identity) ?? (await track(request, instrumentationKey, keep))
      },
    )
  }

  function keep(accepted: TelemetryItem[]): void {
    items = [...items, ...accepted].slice(-KEPT_ITEMS)
  }

  const { port, close } = await serve(
    recorded(answer, activity, (request) => callerOf(request, identity)),
    certificates,
  )
  const endpoint = `https://127.0.0.1:${port}`
  const service = {
    endpoint,
    /** Nothing: a site sends telemetry only when it is given the connection string. */
    env: {},
    /** What a site gets as APPLICATIONINSIGHTS_CONNECTION_STRING: addresses, and no credential. */
    connectionString: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=${endpoint}/;AADAudience=${audience}`,
    faults,
    /** Who may send: the app, unless a test changes it. */
    publishers,
    /** The latest requests, oldest first, refused and failed ones too. */
    requests,
    activity,
    /** The latest items that were accepted, oldest first. */
    items: (): readonly TelemetryItem[] => items,
    async reset() {
      faults.clear()
      requests.length = 0
      activity.clear()
      items = []
      publishers.clear()
      publishers.add(identity.app)
    },
    close,
  }
  return service satisfies Service
}
