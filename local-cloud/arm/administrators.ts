// The Entra administrator of the SQL server.
import type { IncomingMessage } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export type Administrator = { sid: string; byClientIdOnly: boolean }

type Body = { properties?: { administratorType?: string; login?: string; sid?: string; tenantId?: string } }

/** @param onChange hears of a new administrator, whom the server then shows too */
export function createAdministrators(
  administrator: Administrator,
  tenantId: string,
  onChange: (administrators: { sid: string; login: string }) => void,
) {
  const first = { ...administrator }
  let login = administrator.sid

  function show(id: string): Answer {
    const { sid } = administrator
    return json(200, { id, properties: { administratorType: 'ActiveDirectory', login, sid, tenantId } })
  }

  async function put(request: IncomingMessage, id: string): Promise<Answer> {
    const { properties } = (await jsonOf(request)) as Body
    if (properties?.administratorType !== 'ActiveDirectory' || !properties.login || !properties.sid) {
      return armError({ status: 400 })
    }
    login = properties.login
    administrator.sid = properties.sid
    onChange({ sid: properties.sid, login })
    return show(id)
  }

  return {
    reset(): void {
      Object.assign(administrator, first)
      login = first.sid
    },
    answer(request: IncomingMessage, id: string): Answer | Promise<Answer> {
      if (request.method === 'GET') return show(id)
      if (request.method === 'PUT') return put(request, id)
      return armError({ status: 405 })
    },
  }
}
