// Opens the SQL server's firewall for this machine's address while the database is prepared, and closes it again.
import { type Arm, ArmFailure } from '../shared/arm.ts'
import { progress } from '../shared/progress.ts'

export type SqlFirewall = ReturnType<typeof createSqlFirewall>

const apiVersion = '2025-01-01'

/** A rule for each address, because several people may run the hook at once, each from an address of their own. */
const prefix = 'azd-postprovision'
const ruleFor = (address: string) => `${prefix}-${address.replaceAll('.', '-')}`

export function createSqlFirewall(arm: Arm, server: string) {
  const rules = `Microsoft.Sql/servers/${server}/firewallRules`
  const opened = new Set<string>()

  async function temporaryRules(): Promise<string[]> {
    try {
      const { value } = await arm<{ value: { name: string }[] }>({ method: 'GET', path: rules, apiVersion })
      return value.map(({ name }) => name).filter((name) => name.startsWith(prefix))
    } catch (error) {
      // Where rules cannot be listed, those of this run are known all the same.
      if (error instanceof ArmFailure && [404, 405, 501].includes(error.status)) return [...opened]
      throw error
    }
  }

  const remove = (rule: string) => arm({ method: 'DELETE', path: `${rules}/${rule}`, apiVersion })

  return {
    /**
     * Lets one IPv4 address in, unless it is let in already. A new rule takes up to five minutes to work.
     *
     * @returns `again` when another run has removed the rule that this one made
     */
    async open(address: string): Promise<'already' | 'first' | 'again'> {
      const rule = ruleFor(address)
      if ((await temporaryRules()).includes(rule)) {
        // Whoever is last removes it: it may be the rule of somebody else behind the same address.
        if (opened.has(rule)) return 'already'
        opened.add(rule)
        return 'first'
      }
      const outcome = opened.has(rule) ? 'again' : 'first'
      opened.add(rule)
      const body = { properties: { startIpAddress: address, endIpAddress: address } }
      await arm({ method: 'PUT', path: `${rules}/${rule}`, apiVersion, body })
      return outcome
    },

    /** Removes the rules of this run. */
    async close(): Promise<void> {
      for (const rule of opened) {
        await remove(rule)
        opened.delete(rule)
        progress.done('Closed the SQL server again')
      }
    },

    /** Removes what a run that was killed has left behind. A run that still needs its rule makes it again. */
    async removeLeftovers(): Promise<void> {
      await Promise.all((await temporaryRules()).map(remove))
    },

    /** Removes the rule that sql.bicep makes for a developer: a deployment without one does not. */
    async shutOutDeveloper(): Promise<void> {
      await remove('developer')
    },
  }
}
