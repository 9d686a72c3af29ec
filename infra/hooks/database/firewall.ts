// Opens the firewall of the SQL server to the address of this machine, and closes it again.
import { type Arm, ArmFailure } from '../shared/arm.ts'
import { progress } from '../shared/progress.ts'

export type SqlFirewall = ReturnType<typeof createSqlFirewall>

const apiVersion = '2025-01-01'

/** One rule for each address, because several people may run the hook at the same time from different addresses. */
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
      // If rules cannot be listed, those of this run are still known.
      if (error instanceof ArmFailure && [404, 405, 501].includes(error.status)) return [...opened]
      throw error
    }
  }

  const remove = (rule: string) => arm({ method: 'DELETE', path: `${rules}/${rule}`, apiVersion })

  return {
    /**
     * Allows one IPv4 address, unless it is allowed already. A new rule takes effect within five minutes.
     *
     * @returns `again` when another run has removed the rule of this run
     */
    async open(address: string): Promise<'already' | 'first' | 'again'> {
      const rule = ruleFor(address)
      if ((await temporaryRules()).includes(rule)) {
        // It may be the rule of another run from the same address. Each run removes the rule when it ends.
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

    /** Removes rules that a killed run has left. A run that still needs its rule creates it again. */
    async removeLeftovers(): Promise<void> {
      await Promise.all((await temporaryRules()).map(remove))
    },

    /** Removes the rule for a developer, which sql.bicep creates but, without an address, does not remove. */
    async removeDeveloperRule(): Promise<void> {
      await remove('developer')
    },
  }
}
