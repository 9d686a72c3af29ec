// The network rules of the storage account. They close and open the emulated Blob Storage.
import type { IncomingMessage } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export type StorageFirewall = { closed: boolean }

type NetworkAcls = { defaultAction: 'Allow' | 'Deny' } & Record<string, unknown>

/** What the template sets. */
const ofTemplate: Record<string, unknown> = {
  bypass: 'AzureServices',
  virtualNetworkRules: [{ id: 'subnet-of-the-site', action: 'Allow', state: 'Succeeded' }],
  ipRules: [],
}

export function createStorageAccount(firewall: StorageFirewall) {
  // Azure replaces all of it with what a PATCH brings.
  let rest = ofTemplate

  function show(id: string): Answer {
    const networkAcls = { ...rest, defaultAction: firewall.closed ? 'Deny' : 'Allow' }
    return json(200, { id, properties: { publicNetworkAccess: 'Enabled', networkAcls } })
  }

  async function patch(request: IncomingMessage, id: string): Promise<Answer> {
    const { properties } = (await jsonOf(request)) as { properties?: { networkAcls?: NetworkAcls } }
    if (!properties?.networkAcls) return armError({ status: 400 })
    const { defaultAction, ...others } = properties.networkAcls
    rest = others
    firewall.closed = defaultAction === 'Deny'
    return show(id)
  }

  return {
    reset(): void {
      rest = ofTemplate
    },
    answer(request: IncomingMessage, id: string): Answer | Promise<Answer> {
      if (request.method === 'GET') return show(id)
      if (request.method === 'PATCH') return patch(request, id)
      return armError({ status: 405 })
    },
  }
}
