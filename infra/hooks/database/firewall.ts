// Opens the SQL server's firewall for one address while the database is prepared, and closes it again.
import type { Arm } from '../shared/arm.ts'
import { progress } from '../shared/progress.ts'

export type SqlFirewall = ReturnType<typeof createSqlFirewall>

const apiVersion = '2025-01-01'

/** Always the same name, so that the next run finds what a killed one left behind. */
const temporaryRule = 'azd-postprovision'

export function createSqlFirewall(arm: Arm, server: string) {
  const path = (rule: string) => `Microsoft.Sql/servers/${server}/firewallRules/${rule}`
  // A run before this one may have been killed.
  let open: 'no' | 'perhaps' | 'yes' = 'perhaps'

  return {
    /** Lets one IPv4 address in, in place of the one before. It takes up to five minutes to work. */
    async open(address: string): Promise<void> {
      open = 'yes'
      const body = { properties: { startIpAddress: address, endIpAddress: address } }
      await arm({ method: 'PUT', path: path(temporaryRule), apiVersion, body })
    },

    async close(): Promise<void> {
      if (open === 'no') return
      await arm({ method: 'DELETE', path: path(temporaryRule), apiVersion })
      if (open === 'yes') progress.done('Closed the SQL server again')
      open = 'no'
    },

    /** Removes the rule that sql.bicep makes for a developer: a deployment without one does not. */
    async shutOutDeveloper(): Promise<void> {
      await arm({ method: 'DELETE', path: path('developer'), apiVersion })
    },
  }
}
