// User-assigned identities, and the site with the identities that it has.
import type { IncomingMessage } from 'node:http'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export type Ids = { principalId: string; clientId: string }

/** As Azure shows it: a user-assigned identity by its resource ID, a system-assigned one by its object ID. */
export type SiteIdentity = {
  type: 'UserAssigned' | 'SystemAssigned'
  principalId?: string
  userAssignedIdentities?: Record<string, Ids>
}

/** @param path of the user-assigned identities, with a slash at the end */
export function createIdentities(path: string, first: { name: string } & Ids) {
  const all = new Map<string, Ids>()

  const identities = {
    /** The user-assigned identities by their names. */
    all,
    /** What the site has; undefined when there is no site. */
    ofSite: undefined as SiteIdentity | undefined,

    /** Gives the site this user-assigned identity, and creates that. */
    assign(name: string, ids: Ids): void {
      all.set(name, ids)
      identities.ofSite = { type: 'UserAssigned', userAssignedIdentities: { [path + name]: ids } }
    },
    /** Gives the site a system-assigned identity. A user-assigned one stays, and is assigned to nothing. */
    assignBySystem(principalId: string): void {
      identities.ofSite = { type: 'SystemAssigned', principalId }
    },
    reset(): void {
      const { name, ...ids } = first
      all.clear()
      identities.assign(name, ids)
    },

    answer({ method }: IncomingMessage, id: string): Answer {
      const name = id.slice(path.length)
      if (method === 'DELETE') return { status: all.delete(name) ? 200 : 204, body: '' }
      if (method !== 'GET') return armError({ status: 405 })
      const properties = all.get(name)
      return properties ? json(200, { id, name, properties }) : armError({ status: 404 })
    },
    site: {
      answer({ method }: IncomingMessage, id: string): Answer {
        if (method !== 'GET') return armError({ status: 405 })
        const { ofSite } = identities
        return ofSite ? json(200, { id, identity: ofSite }) : armError({ status: 404 })
      },
    },
  }
  identities.reset()
  return identities
}
