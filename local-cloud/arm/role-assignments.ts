// Role assignments, at any scope: https://learn.microsoft.com/rest/api/authorization/role-assignments
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Answer } from '../http.ts'
import { armError } from './errors.ts'
import { answerList } from './lists.ts'

export type RoleAssignment = { scope: string; principalId: string; description?: string }

const infix = '/providers/Microsoft.Authorization/roleAssignments'

export function createRoleAssignments() {
  const all = new Map<string, RoleAssignment>()
  let protectedFromAll = false

  /** Those at the scope, above it and below it, as Azure lists them without a filter. */
  function within(scope: string): object[] {
    return [...all]
      .filter(([, each]) => isWithin(each.scope, scope) || isWithin(scope, each.scope))
      .map(([id, { scope, principalId, description = null }]) => {
        const properties = { scope, principalId, principalType: 'ServicePrincipal', description }
        return { id, name: id.split('/').at(-1), properties }
      })
  }

  return {
    all,
    isFor: (path: string): boolean => path.includes(infix),
    /** Adds one, as the template or a person did. Returns its ID. */
    add(assignment: RoleAssignment): string {
      const id = `${assignment.scope}${infix}/${randomUUID()}`
      all.set(id, assignment)
      return id
    },
    /** Lets the contributors delete none, as Azure does, unless they may assign roles too. */
    protect(): void {
      protectedFromAll = true
    },
    clear(): void {
      all.clear()
      protectedFromAll = false
    },
    answer(request: IncomingMessage, path: string, endpoint: string): Answer {
      const { method } = request
      const [scope = '', name = ''] = path.split(infix)
      if (method === 'GET' && !name) return answerList(request, within(scope), endpoint)
      if (method !== 'DELETE') return armError({ status: 405 })
      if (protectedFromAll) return armError({ status: 403 })
      return { status: all.delete(path) ? 200 : 204, body: '' }
    },
  }
}

function isWithin(scope: string, outer: string): boolean {
  return `${scope}/`.toLowerCase().startsWith(`${outer}/`.toLowerCase())
}
