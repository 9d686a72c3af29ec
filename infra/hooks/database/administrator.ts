// The administrator of the SQL server, if it is a service principal. The template sets its object ID. Most servers accept
// that; some need the client ID of a service principal, and refuse its login with error 18456.
import { sqlScope } from '../../../src/azure/sql-scope.ts'
import type { Context } from '../shared/context.ts'
import { progress } from '../shared/progress.ts'

export type Administrator = ReturnType<typeof createAdministrator>

const apiVersion = '2025-01-01'

type Properties = { administratorType: 'ActiveDirectory'; login: string; sid: string; tenantId: string }

type Dependencies = Pick<Context, 'arm' | 'settings'> & { signIn: Pick<Context['signIn'], 'principal'> }

export function createAdministrator({ arm, settings, signIn }: Dependencies) {
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
     * Sets the client ID of the deployer as the administrator, if it is the service principal that the template has set.
     *
     * @returns whether the client ID is set, now or by an earlier call
     */
    async useClientId(): Promise<boolean> {
      if (original) return true
      if (deployer.type !== 'ServicePrincipal') return false
      const { clientId } = await signIn.principal(sqlScope(sql.host))
      const current = await read().catch(() => undefined)
      if (!clientId || !current || !sameId(current.sid, deployer.principalId)) return false
      original = current
      try {
        await put({ ...current, sid: clientId })
      } catch {
        return false
      }
      progress.done('Set the client ID of this service principal as the administrator of the SQL server')
      return true
    },

    /** Restores what the template has set. */
    async restore(): Promise<void> {
      if (!original) return
      await put(original)
      original = undefined
    },
  }
}

const sameId = (one: string, other: string) => one.toLowerCase() === other.toLowerCase()
