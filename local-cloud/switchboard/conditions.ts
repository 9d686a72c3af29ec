// What a switch brings about, and how it ends.
import type { LocalCloud } from '../index.ts'

/** Something that is wrong with the cloud until it is put right. */
export interface Condition {
  /** Puts it right. */
  off(): void
  /** How far it is, for a condition that ends by itself; undefined once it has ended. */
  progress?(): string | undefined
}

/** Several conditions as one. */
export function combine(...releases: (() => void)[]): Condition {
  return {
    off() {
      for (const release of releases) release()
    },
  }
}

/**
 * The database of a serverless tier that has paused: its sessions are gone, and logins fail with 40613. The first of them wakes
 * it, which takes a while.
 */
export function sleep({ sql }: Pick<LocalCloud, 'sql'>, wakingMs: number): Condition {
  let awakeAt = Number.POSITIVE_INFINITY
  const secondsLeft = () => Math.ceil((awakeAt - performance.now()) / 1000)
  const off = sql.logins.hold(() => {
    awakeAt = Math.min(awakeAt, performance.now() + wakingMs)
    return secondsLeft() > 0 ? { kind: 'fail', status: 40613 } : undefined
  })
  sql.dropConnections()
  return {
    off,
    progress() {
      if (awakeAt === Number.POSITIVE_INFINITY) return 'asleep until somebody logs in'
      return secondsLeft() > 0 ? `waking up: ${secondsLeft()} s left` : undefined
    },
  }
}

/** A user whom the database does not know. Sessions that are open would go on, so they are ended. */
export function refuseUser({ sql }: Pick<LocalCloud, 'sql'>): Condition {
  const off = sql.logins.hold({ kind: 'fail', status: 18456 })
  sql.dropConnections()
  return { off }
}
