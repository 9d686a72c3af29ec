// Opens the storage account to all networks for the minutes of an upload, and closes it again.
import type { Arm } from '../shared/arm.ts'
import { progress } from '../shared/progress.ts'

export type NetworkRules = ReturnType<typeof createNetworkRules>

const apiVersion = '2026-04-01'

type Account = { properties: { networkAcls: { defaultAction: 'Allow' | 'Deny' } } }

/**
 * All networks, because a rule for one address does not work for a caller in the same region, such as a build machine or a
 * Codespace. Who calls must still present a token of somebody with a role.
 *
 * @param restricted whether the template closed the account; otherwise there is nothing to open
 */
export function createNetworkRules(arm: Arm, account: string, restricted: boolean) {
  const path = `Microsoft.Storage/storageAccounts/${account}`
  // A run before this one may have been killed.
  let open: 'no' | 'perhaps' | 'yes' = restricted ? 'perhaps' : 'no'

  async function setDefaultAction(defaultAction: 'Allow' | 'Deny'): Promise<void> {
    const { properties } = await arm<Account>({ method: 'GET', path, apiVersion })
    if (properties.networkAcls.defaultAction === defaultAction) return
    // The rest goes back as it came: the rules for the site's subnet and the developer.
    const body = { properties: { networkAcls: { ...properties.networkAcls, defaultAction } } }
    await arm({ method: 'PATCH', path, apiVersion, body })
  }

  return {
    /** Whether there is something to open. */
    restricted,

    /** It takes a minute or so to work. */
    async open(): Promise<void> {
      open = 'yes'
      await setDefaultAction('Allow')
    },

    async close(): Promise<void> {
      if (open === 'no') return
      await setDefaultAction('Deny')
      if (open === 'yes') progress.done('Closed Blob Storage again')
      open = 'no'
    },
  }
}
