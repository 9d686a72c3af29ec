// Which settings stay as they are deployed, and which ones this environment changes.
import type { AzdEnvironment, Variables } from './azd.ts'
import type { Deployed } from './deployment.ts'
import { type Setting, settings } from './parameters.ts'

export type Decision = {
  /** For the azd environment. */
  variables: Variables
  /** Deployed values that are kept and are not the default, for display. */
  kept: string[]
  /** Deployed values that this environment changes, for display. */
  changed: string[]
}

/**
 * Finds the settings that somebody has set to an empty value, with `azd env set NAME ""`. In a pipeline, settings are also empty
 * when the workflow has no variable for them, and these do not count.
 */
export async function findEmptied(env: Variables, azdEnvironment: AzdEnvironment): Promise<Set<string>> {
  const empty = settings.map(({ name }) => name).filter((name) => env[name] === '')
  if (empty.length === 0) return new Set()
  const values = await azdEnvironment.values()
  return new Set(empty.filter((name) => values[name] === ''))
}

/**
 * Decides each setting: its value in the environment, the default if that is empty, and otherwise the deployed value. A
 * deployed value is not stored as a setting of this environment, so that a colleague's later change is not undone.
 */
export function decideSettings(env: Variables, emptied: Set<string>, deployed: Deployed): Decision {
  const decision: Decision = { variables: {}, kept: [], changed: [] }
  for (const setting of settings) {
    const { name, deployedName, defaultValue } = setting
    const current = valueIn(deployed, setting) ?? env[deployedName] ?? ''
    const wanted = env[name] || (emptied.has(name) ? defaultValue : undefined)
    if (wanted === undefined && current && !same(current, defaultValue))
      decision.kept.push(`${name} ${current}`)
    if (wanted !== undefined && current && !same(current, wanted)) {
      decision.changed.push(`${name} from ${current} to ${wanted || 'nothing'}`)
    }
    // A setting in the environment takes precedence anyway.
    if (!env[name]) decision.variables[deployedName] = wanted === undefined ? current : ''
  }
  return decision
}

function valueIn(deployed: Deployed, setting: Setting): string | undefined {
  if (deployed.state === 'removed') return ''
  return deployed.state === 'deployed' ? deployed.valueOf(setting) : undefined
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
