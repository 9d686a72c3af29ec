// The secrets of the vault: every version of each, with its attributes.
import { randomUUID } from 'node:crypto'

export type Attributes = {
  enabled?: boolean
  expiresOn?: Date
  notBefore?: Date
  contentType?: string
  tags?: Record<string, string>
}

export type Secrets = ReturnType<typeof createSecrets>

/** Versions by name, newest first, in the shape the REST API gives them. */
export function createSecrets(vaultUrl: string) {
  const versions = new Map<string, ReturnType<typeof bundle>[]>()
  const versionsOf = (name: string) => versions.get(name.toLowerCase()) ?? []

  return {
    vaultUrl,
    /** All versions of a secret, newest first. */
    versionsOf,
    /** Adds a version, which is the current one from then on. */
    set(name: string, value: string, attributes: Attributes = {}) {
      const secret = bundle(
        `${vaultUrl}/secrets/${name}/${randomUUID().replaceAll('-', '')}`,
        value,
        attributes,
      )
      versions.set(name.toLowerCase(), [secret, ...versionsOf(name)])
      return secret
    },
    /** One version, or the current one. */
    find: (name: string, version: string) =>
      versionsOf(name).find(({ id }) => !version || id.endsWith(`/${version}`)),
    /** Changes attributes of the current version, and returns what changes them back. */
    update(name: string, { enabled, expiresOn }: Pick<Attributes, 'enabled' | 'expiresOn'>) {
      const [current] = versionsOf(name)
      if (!current) return () => {}
      const { attributes } = current
      const { enabled: enabledBefore, exp: expBefore } = attributes
      const change = (changes: object) => Object.assign(attributes, { updated: seconds(new Date()) }, changes)
      if (enabled !== undefined) change({ enabled })
      if (expiresOn) change({ exp: seconds(expiresOn) })
      return () => {
        if (enabled !== undefined) change({ enabled: enabledBefore })
        if (expiresOn) change({ exp: expBefore })
      }
    },
    clear: () => versions.clear(),
  }
}

function bundle(
  id: string,
  value: string,
  { enabled = true, expiresOn, notBefore, contentType, tags }: Attributes,
) {
  const created = seconds(new Date())
  return {
    value,
    id,
    ...(contentType && { contentType }),
    ...(tags && { tags }),
    attributes: {
      enabled,
      ...(notBefore && { nbf: seconds(notBefore) }),
      ...(expiresOn && { exp: seconds(expiresOn) }),
      created,
      updated: created,
      recoveryLevel: 'CustomizedRecoverable+Purgeable',
      recoverableDays: 7,
    },
  }
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
