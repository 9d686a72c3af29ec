// Which settings stay as they are deployed, and which ones this environment changes.
import type { AzdEnvironment, Variables } from './azd.ts'
import type { Deployed } from './deployment.ts'
import { type Setting, settings } from './parameters.ts'

export type Decision = {
  /** For the azd environment. */
  variables: Variables
  /** Kept though they are not the default, in words. */
  kept: string[]
  /** Deployed otherwise than this environment wants it, in words. */
  changed: string[]
}

/**
 * Finds the settings that a person has emptied, with `azd env set NAME ""`. In a pipeline, empty ones come from outside the
 * environment, and say nothing.
 */
export async function findEmptied(env: Variables, azdEnvironment: AzdEnvironment): Promise<Set<string>> {
  const empty = settings.map(({ name }) => name).filter((name) => env[name] === '')
  if (empty.length === 0) return new Set()
  const values = await azdEnvironment.values()
  return new Set(empty.filter((name) => values[name] === ''))
}

/**
 * A value in the environment is the person's own wish, and an emptied one asks for the default. Where nothing is set, what
 * is deployed stays: it is not kept as a wish, so a colleague's change is not undone later.
 */
export function decideSettings(env: Variables, emptied: Set<string>, deployed: Deployed): Decision {
  const decision: Decision = { variables: {}, kept: [], changed: [] }
  for (const setting of settings) {
    const { name, deployedName, preset } = setting
    const current = valueIn(deployed, setting) ?? env[deployedName] ?? ''
    const own = env[name] || (emptied.has(name) ? preset : undefined)
    if (own === undefined && current && !same(current, preset)) decision.kept.push(`${name} ${current}`)
    if (own !== undefined && current && !same(current, own)) {
      decision.changed.push(`${name} from ${current} to ${own || 'nothing'}`)
    }
    // What a person has set needs no other value.
    if (!env[name]) decision.variables[deployedName] = own === undefined ? current : ''
  }
  return decision
}

function valueIn(deployed: Deployed, setting: Setting): string | undefined {
  if (deployed.state === 'removed') return ''
  return deployed.state === 'deployed' ? deployed.valueOf(setting) : undefined
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
