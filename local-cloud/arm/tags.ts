// The tags of resources: https://learn.microsoft.com/rest/api/resources/tags
import type { IncomingMessage } from 'node:http'
import { json as jsonOf } from 'node:stream/consumers'
import { type Answer, json } from '../http.ts'
import { armError } from './errors.ts'

type Tags = Record<string, string>
type Patch = { operation?: 'Merge' | 'Replace' | 'Delete'; properties?: { tags?: Tags } }

/** What the template sets. */
const ofTemplate: Tags = { 'azd-env-name': 'local' }

export function createTags() {
  const all = new Map<string, Tags>()
  let refusal: number | undefined
  const tagsOf = (id: string) => all.get(id) ?? ofTemplate
  const show = (id: string) => json(200, { id, name: 'default', properties: { tags: tagsOf(id) } })

  async function patch(request: IncomingMessage, id: string): Promise<Answer> {
    const { operation, properties } = (await jsonOf(request)) as Patch
    if (operation !== 'Merge' || !properties?.tags) {
      return armError({ status: 400, message: 'The local cloud only merges tags.' })
    }
    all.set(id, { ...tagsOf(id), ...properties.tags })
    return show(id)
  }

  return {
    clear: () => all.clear(),
    refuse(status: number | undefined): void {
      refusal = status
    },
    answer(request: IncomingMessage, id: string): Answer | Promise<Answer> {
      if (refusal) return armError({ status: refusal })
      if (request.method === 'GET') return show(id)
      if (request.method === 'PATCH') return patch(request, id)
      return armError({ status: 405 })
    },
  }
}
