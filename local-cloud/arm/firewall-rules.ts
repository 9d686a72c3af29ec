// The firewall rules of the SQL server. Each opens the emulated server for one address.
import type { IncomingMessage } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export type SqlFirewall = { allowed: Set<string> }

type Rule = { properties?: { startIpAddress?: string; endIpAddress?: string } }

export function createFirewallRules(firewall: SqlFirewall, path: string) {
  const all = new Map<string, string>()

  function applyAll(): void {
    firewall.allowed.clear()
    for (const address of all.values()) firewall.allowed.add(address)
  }

  function add(name: string, address: string): void {
    all.set(name, address)
    applyAll()
  }

  function remove(name: string): Answer {
    const existed = all.delete(name)
    applyAll()
    return { status: existed ? 200 : 204, body: '' }
  }

  async function put(request: IncomingMessage, name: string): Promise<Answer> {
    const { properties } = (await jsonOf(request)) as Rule
    const { startIpAddress: address, endIpAddress } = properties ?? {}
    if (!address || address !== endIpAddress) {
      return armError({ status: 400, message: 'The local cloud knows rules for one address only.' })
    }
    const status = all.has(name) ? 200 : 201
    add(name, address)
    return json(status, { id: path + name, name, properties })
  }

  return {
    all,
    add,
    answer(request: IncomingMessage, name: string): Answer | Promise<Answer> {
      if (request.method === 'PUT') return put(request, name)
      if (request.method === 'DELETE') return remove(name)
      return armError({ status: 405 })
    },
  }
}
