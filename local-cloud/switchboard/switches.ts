// The switches. To add one, add an entry here, a row to docs/switchboard.md and a case to test/e2e/switchboard/.
import { randomUUID } from 'node:crypto'
import type { LocalCloud } from '../index.ts'
import { type Condition, combine, refuseUser, sleep } from './conditions.ts'

export type Switch = Description & (Lasting | Event)

interface Description {
  /** Stands in addresses and forms. */
  id: string
  place: Place
  name: string
  /** What a visitor of the site sees. */
  effect: string
  /** How the site recovers. */
  recovery: string
}

/** Is so until it is turned off, or has ended by itself. */
interface Lasting {
  on(cloud: SwitchedCloud): Condition
}

/** Happens once: there is nothing to turn off. */
interface Event {
  trigger(cloud: SwitchedCloud): void
}

/** Which service a switch belongs to. */
export type Place = 'identity' | 'blobs' | 'vault' | 'sql' | 'telemetry' | 'all'

/** What a switch may use of the cloud. */
export interface SwitchedCloud
  extends Pick<LocalCloud, 'identity' | 'blobs' | 'vault' | 'sql' | 'telemetry'> {
  /** How long the database takes to wake up. */
  wakingMs: number
  /** The name of the secret that the site reads. */
  secretName: string
}

const slowMs = 1_000
const withoutTelemetry =
  'Nothing: pages answer as before. The log of the site says once that telemetry cannot be sent.'
const sentAgain = 'Turn it off. The site sends what it has kept, within a minute.'

export const switches: readonly Switch[] = [
  {
    id: 'all-slow',
    place: 'all',
    name: 'All services are slow',
    effect: 'Pages take seconds: each request, login and query takes one second longer. Nothing fails.',
    recovery: 'Turn it off.',
    on({ identity, blobs, vault, sql, telemetry }) {
      const all = [identity.faults, blobs.faults, vault.faults, sql.faults, sql.logins, telemetry.faults]
      return combine(...all.map((faults) => faults.hold({ kind: 'delay', milliseconds: slowMs })))
    },
  },
  {
    id: 'identity-down',
    place: 'identity',
    name: 'The identity endpoint is down',
    effect:
      'Nothing at first: the site has tokens in memory for up to an hour. Restart the site: its pages say that it could not sign in (503).',
    recovery: 'Turn it off. The first visit after 5 seconds gets a new token.',
    on: ({ identity }) => ({ off: identity.faults.hold({ kind: 'fail', status: 503 }) }),
  },
  {
    id: 'blobs-role-missing',
    place: 'blobs',
    name: 'The role for the documents is missing',
    effect: 'The page of the documents says “Azure refused access” (503), and reloads itself.',
    recovery: 'Turn it off. The next visit works.',
    on: ({ blobs }) => ({ off: blobs.faults.hold({ kind: 'fail', status: 403 }) }),
  },
  {
    id: 'blobs-break-off',
    place: 'blobs',
    name: 'Downloads break off',
    effect:
      'Nothing: the download is complete. Its connection breaks in the middle, and the site asks for the rest as a range.',
    recovery: 'By itself, within the download.',
    on: ({ blobs }) => ({ off: blobs.faults.hold((request) => (isWholeBlob(request) ? half : undefined)) }),
  },
  {
    id: 'blobs-keep-breaking-off',
    place: 'blobs',
    name: 'Downloads break off again and again',
    effect:
      'The browser reports a failed download, and never takes a part for the whole: the site gives up after a few attempts.',
    recovery: 'Turn it off and download again.',
    on: ({ blobs }) => ({ off: blobs.faults.hold((request) => (isBlob(request) ? half : undefined)) }),
  },
  {
    id: 'vault-role-missing',
    place: 'vault',
    name: 'The role for the secret is missing',
    effect:
      'Nothing until the site reads the secret again: open /readyz. Then its page says “Azure refused access” (503).',
    recovery: 'Turn it off. The next visit works.',
    on: ({ vault }) => ({ off: vault.faults.hold({ kind: 'fail', status: 403 }) }),
  },
  {
    id: 'vault-throttles',
    place: 'vault',
    name: 'The vault throttles',
    effect:
      'The page of the secret shows the one in memory, for up to an hour. /readyz says that Azure is busy (503), and so does the page after a restart of the site.',
    recovery: 'Turn it off. The next visit works.',
    on: ({ vault }) => ({
      off: vault.faults.hold({ kind: 'fail', status: 429, headers: { 'retry-after': '10' } }),
    }),
  },
  {
    id: 'secret-rotated',
    place: 'vault',
    name: 'The secret is rotated',
    effect: 'Nothing until the site reads the secret again: open /readyz. Then its page shows a new version.',
    recovery: 'Nothing to recover from. The vault keeps the new version.',
    trigger: ({ vault, secretName }) =>
      vault.set(secretName, randomUUID(), { contentType: 'text/plain', expiresOn: inAYear() }),
  },
  {
    id: 'secret-disabled',
    place: 'vault',
    name: 'The secret is disabled',
    effect:
      'Nothing until the site reads the secret again: open /readyz. Then its page says that the secret is disabled (503).',
    recovery: 'Turn it off. The next visit works.',
    on: ({ vault, secretName }) => ({ off: vault.update(secretName, { enabled: false }) }),
  },
  {
    id: 'secret-expired',
    place: 'vault',
    name: 'The secret has expired',
    effect:
      'Nothing until the site reads the secret again: open /readyz. Then its page says when it expired. The vault still gives it out.',
    recovery: 'Turn it off, and open /readyz.',
    on: ({ vault, secretName }) => ({
      off: vault.update(secretName, { expiresOn: new Date(Date.now() - 60_000) }),
    }),
  },
  {
    id: 'sql-sleeps',
    place: 'sql',
    name: 'The database sleeps',
    effect:
      'The page of the products says “The database is waking up” (503), and reloads itself. The first visit wakes the database, which takes a minute.',
    recovery: 'By itself. The site tries to sign in every 10 seconds or sooner.',
    on: (cloud) => sleep(cloud, cloud.wakingMs),
  },
  {
    id: 'sql-fails-over',
    place: 'sql',
    name: 'The database fails over',
    effect: 'Nothing: all connections are lost, and the site signs in again and repeats its query.',
    recovery: 'By itself, with the next visit.',
    trigger: ({ sql }) => sql.dropConnections(),
  },
  {
    id: 'sql-refuses-user',
    place: 'sql',
    name: 'The database refuses the user',
    effect:
      'The page of the products says that the database refused the sign-in of the site (503; error 18456).',
    recovery: 'Turn it off. The next visit works.',
    on: refuseUser,
  },
  {
    id: 'sql-grant-missing',
    place: 'sql',
    name: 'The grant on the table is missing',
    effect: 'The page of the products says that the database refused access to the table (503; error 229).',
    recovery: 'Turn it off. The next visit works.',
    on: ({ sql }) => ({
      off: sql.faults.hold({
        kind: 'fail',
        status: 229,
        message: 'The SELECT permission was denied on the object of this query.',
      }),
    }),
  },
  {
    id: 'telemetry-refuses-token',
    place: 'telemetry',
    name: 'Telemetry is refused',
    effect: withoutTelemetry,
    recovery: sentAgain,
    on: ({ telemetry }) => ({ off: telemetry.faults.hold({ kind: 'fail', status: 401 }) }),
  },
  {
    id: 'telemetry-throttles',
    place: 'telemetry',
    name: 'Telemetry is throttled',
    effect: withoutTelemetry,
    recovery: sentAgain,
    on: ({ telemetry }) => ({
      off: telemetry.faults.hold({ kind: 'fail', status: 429, headers: { 'retry-after': '10' } }),
    }),
  },
  {
    id: 'telemetry-down',
    place: 'telemetry',
    name: 'The ingestion endpoint is down',
    effect: withoutTelemetry,
    recovery: sentAgain,
    on: ({ telemetry }) => ({ off: telemetry.faults.hold({ kind: 'fail', status: 503 }) }),
  },
  {
    id: 'telemetry-hangs',
    place: 'telemetry',
    name: 'The ingestion endpoint does not answer',
    effect: withoutTelemetry,
    recovery: sentAgain,
    on: ({ telemetry }) => ({ off: telemetry.faults.hold({ kind: 'hang' }) }),
  },
]

function inAYear(): Date {
  const date = new Date()
  date.setFullYear(date.getFullYear() + 1)
  return date
}

const half = { kind: 'cut', afterBytes: 'half' } as const

function isBlob(request: string): boolean {
  return request.startsWith('GET ') && !request.includes('comp=list')
}

function isWholeBlob(request: string): boolean {
  return isBlob(request) && !request.includes('(bytes=')
}
