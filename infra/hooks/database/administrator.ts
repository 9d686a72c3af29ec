// The server's administrator, where that is a service principal. The template names it by its object id, which most servers
// take; some know a service principal by its client id alone, and end its login in error 18456.
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'

export type Administrator = ReturnType<typeof createAdministrator>

const apiVersion = '2025-01-01'

type Properties = { administratorType: 'ActiveDirectory'; login: string; sid: string; tenantId: string }

type Needs = Pick<Context, 'arm' | 'settings'> & { signIn: Pick<Context['signIn'], 'clientId'> }

export function createAdministrator({ arm, settings, signIn }: Needs) {
  const { deployer, sql } = settings
  const path = `Microsoft.Sql/servers/${sql.name}/administrators/ActiveDirectory`
  let original: Properties | undefined

  async function read(): Promise<Properties> {
    const { properties } = await arm<{ properties: Properties }>({ method: 'GET', path, apiVersion })
    return properties
  }

  async function put({ login, sid, tenantId }: Properties): Promise<void> {
    const properties = { administratorType: 'ActiveDirectory', login, sid, tenantId }
    await arm({ method: 'PUT', path, apiVersion, body: { properties } })
  }

  return {
    /**
     * Names the deployer by its client id, once, if it is the service principal that the template made the administrator.
     *
     * @returns whether the server has been told so
     */
    async useClientId(): Promise<boolean> {
      if (original) return true
      if (deployer.type !== 'ServicePrincipal') return false
      const clientId = await signIn.clientId()
      const current = await read().catch(() => undefined)
      if (!clientId || !current || !sameId(current.sid, deployer.principalId)) return false
      original = current
      try {
        await put({ ...current, sid: clientId })
      } catch {
        return false
      }
      progress.done('Named this service principal by its client id as the administrator of the SQL server')
      return true
    },

    /** Puts back what the template had set. */
    async restore(): Promise<void> {
      if (!original) return
      await put(original)
      original = undefined
    },
  }
}

const sameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
