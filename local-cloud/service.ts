// The contract of the emulated services: what each of them offers to the local cloud, to the site and to tests.
import type { Activity } from './activity.ts'
import type { Faults } from './faults.ts'

/**
 * An emulated service, as the `start…` function of its folder returns it once the service listens on 127.0.0.1.
 *
 * @template Request what the service remembers of a request
 */
export interface Service<Request = unknown> {
  /** Where it listens: a URL, or `host:port` where the protocol has no URLs. */
  readonly endpoint: string
  /** The settings by which the site finds it; none for a service that the site does not use. */
  readonly env: Readonly<Record<string, string>>
  /** What its next requests meet. */
  readonly faults: Faults
  /** What it was asked, oldest first, with what was refused or failed. A test may empty it. */
  readonly requests: Request[]
  /** What it was asked lately, by whom, and what came of it. */
  readonly activity: Activity
  /** Forgets faults and requests, undoes settings of tests, and puts back what the service was seeded with. */
  reset(): Promise<void>
  /** Closes its connections and its port. */
  close(): Promise<void>
}
