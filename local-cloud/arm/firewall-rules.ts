// The firewall rules of the SQL server. Each opens the emulated server for one address.
import type { IncomingMessage } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export type SqlFirewall = { allowed: Set<string> }

type Rule = { properties?: { startIpAddress?: string; endIpAddress?: string } }

export function createFirewallRules(firewall: SqlFirewall) {
  const all = new Map<string, string>()

  function applyAll(): void {
    firewall.allowed.clear()
    for (const address of all.values()) firewall.allowed.add(address)
  }

  function add(name: string, address: string): void {
    all.set(name, address)
    applyAll()
  }

  /** Gives whether there was one of that name. */
  function remove(name: string): boolean {
    const existed = all.delete(name)
    applyAll()
    return existed
  }

  function list(path: string): Answer {
    const value = [...all].map(([name, address]) => {
      const properties = { startIpAddress: address, endIpAddress: address }
      return { id: `${path}/${name}`, name, properties }
    })
    return json(200, { value })
  }

  async function put(request: IncomingMessage, id: string, name: string): Promise<Answer> {
    const { properties } = (await jsonOf(request)) as Rule
    const { startIpAddress: address, endIpAddress } = properties ?? {}
    if (!address || address !== endIpAddress) {
      return armError({ status: 400, message: 'The local cloud knows rules for one address only.' })
    }
    const status = all.has(name) ? 200 : 201
    add(name, address)
    return json(status, { id, name, properties })
  }

  return {
    all,
    add,
    remove,
    clear(): void {
      all.clear()
      applyAll()
    },
    answer(request: IncomingMessage, path: string): Answer | Promise<Answer> {
      const [, name = ''] = /firewallRules\/(.*)$/.exec(path) ?? []
      if (request.method === 'GET' && !name) return list(path)
      if (request.method === 'PUT') return put(request, path, name)
      if (request.method === 'DELETE') return { status: remove(name) ? 200 : 204, body: '' }
      return armError({ status: 405 })
    },
  }
}
