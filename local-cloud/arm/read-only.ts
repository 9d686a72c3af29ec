// A resource that is only looked at, such as the database: what counts is whether it is still the same one.
import type { IncomingMessage } from 'node:http'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

export function createReadOnly(propertiesOfNew: () => Record<string, string>) {
  let properties = propertiesOfNew()

  return {
    recreate(): void {
      properties = propertiesOfNew()
    },
    answer({ method }: IncomingMessage, id: string): Answer {
      return method === 'GET' ? json(200, { id, properties }) : armError({ status: 405 })
    },
  }
}
