// Opens the storage account to all networks during the upload, and closes it again.
import type { Arm } from '../shared/arm.ts'
import { progress } from '../shared/progress.ts'

export type NetworkRules = ReturnType<typeof createNetworkRules>

const apiVersion = '2026-04-01'

type Account = { properties: { networkAcls: { defaultAction: 'Allow' | 'Deny' } } }

/**
 * Opens it to all networks, because a rule for one address has no effect for callers in the same region, such as build
 * machines or Codespaces. Every request still needs a token of a principal with a role.
 *
 * @param restricted whether the template restricts the network; otherwise there is nothing to open
 */
export function createNetworkRules(arm: Arm, account: string, restricted: boolean) {
  const path = `Microsoft.Storage/storageAccounts/${account}`
  let opened = false

  /** Returns whether the value has changed. */
  async function setDefaultAction(defaultAction: 'Allow' | 'Deny'): Promise<boolean> {
    const { properties } = await arm<Account>({ method: 'GET', path, apiVersion })
    if (properties.networkAcls.defaultAction === defaultAction) return false
    // The rules for the site's subnet and the developer stay as they are.
    const body = { properties: { networkAcls: { ...properties.networkAcls, defaultAction } } }
    await arm({ method: 'PATCH', path, apiVersion, body })
    return true
  }

  return {
    /**
     * Opens the account, unless it is open already. This takes effect after about a minute.
     *
     * @returns `again` when another run has closed it
     */
    async open(): Promise<'already' | 'first' | 'again'> {
      if (!restricted) return 'already'
      const before = opened
      opened = true
      const changed = await setDefaultAction('Allow')
      if (!before) return 'first'
      return changed ? 'again' : 'already'
    },

    /** Closes the account, if this run has opened it. */
    async close(): Promise<void> {
      if (!opened) return
      await setDefaultAction('Deny')
      opened = false
      progress.done('Closed Blob Storage again')
    },

    /** Closes the account that a killed run has left open. A run that is still uploading opens it again. */
    async closeLeftover(): Promise<void> {
      if (restricted) await setDefaultAction('Deny')
    },
  }
}
