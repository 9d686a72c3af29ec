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
  let opened = false

  /** Gives whether there was something to change. */
  async function setDefaultAction(defaultAction: 'Allow' | 'Deny'): Promise<boolean> {
    const { properties } = await arm<Account>({ method: 'GET', path, apiVersion })
    if (properties.networkAcls.defaultAction === defaultAction) return false
    // The rest goes back as it came: the rules for the site's subnet and the developer.
    const body = { properties: { networkAcls: { ...properties.networkAcls, defaultAction } } }
    await arm({ method: 'PATCH', path, apiVersion, body })
    return true
  }

  return {
    /**
     * Opens the account, unless it is open already. It takes a minute or so to work.
     *
     * @returns `again` when another run has closed it since
     */
    async open(): Promise<'already' | 'first' | 'again'> {
      if (!restricted) return 'already'
      const before = opened
      opened = true
      const changed = await setDefaultAction('Allow')
      if (!before) return 'first'
      return changed ? 'again' : 'already'
    },

    /** Closes what this run has opened. */
    async close(): Promise<void> {
      if (!opened) return
      await setDefaultAction('Deny')
      opened = false
      progress.done('Closed Blob Storage again')
    },

    /** Closes what a run that was killed has left open. A run that is still uploading opens it again. */
    async closeLeftover(): Promise<void> {
      if (restricted) await setDefaultAction('Deny')
    },
  }
}
