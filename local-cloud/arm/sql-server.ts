// The SQL server as Resource Manager shows it: who administers it.
import type { IncomingMessage } from 'node:http'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export type Administrators = { sid: string; login: string; principalType?: string | null }

export function createSqlServer(id: string, administrators: Administrators) {
  const server = {
    /** Nobody when the server does not exist. */
    administrators: administrators as Administrators | undefined,

    reset(): void {
      server.administrators = administrators
    },

    answer({ method, url = '' }: IncomingMessage): Answer {
      if (method !== 'GET') return armError({ status: 405 })
      if (!server.administrators) return armError({ status: 404 })
      // Azure leaves the administrator out unless it is asked for.
      const expanded = url.includes('$expand=administrators/activedirectory')
      return json(200, { id, properties: expanded ? { administrators: server.administrators } : {} })
    },
  }
  return server
}
