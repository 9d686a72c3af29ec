// Resolves main.parameters.json as azd does.
import { file, readInfra, statements } from '../../infra/bicep.ts'

export type Parameters = Record<string, string | number | boolean>

/** The value of a variable, or nothing when it is not set at all. */
type LookUp = (name: string) => string | undefined

const main = file('main.bicep')
const presets = new Map(statements('param', [main]).map(({ name, value }) => [name, value]))
const types = new Map([...main.source.matchAll(/^param (\w+) (\w+)/gm)].map(([, name, type]) => [name, type]))

/** Puts variables in: ${NAME}, and ${NAME=default} where NAME is unset or empty. Defaults may hold the same. */
export function substitute(text: string, lookUp: LookUp): string {
  const innermost = /\$\{(\w+)(?:=([^${}]*))?\}/g
  const result = text.replace(innermost, (_, name, preset = '') => lookUp(name) || preset)
  return result === text ? text : substitute(result, lookUp)
}

/** The parameters of a deployment. Without one that has no value and no default, azd asks, or stops. */
export function resolveParameters(lookUp: LookUp): Parameters {
  const { parameters } = JSON.parse(readInfra('main.parameters.json')) as {
    parameters: Record<string, { value: string }>
  }
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { value }]) => {
      const converted = convert(substitute(value, lookUp), types.get(name), presets.get(name))
      if (converted !== undefined) return [[name, converted]]
      if (presets.get(name) === undefined) throw new Error(`missing required input: ${name}`)
      return []
    }),
  )
}

/** Nothing when the template's own default counts. */
function convert(text: string, type: string | undefined, preset: unknown) {
  switch (type) {
    case 'bool':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined
    case 'int':
      return /^-?\d+$/.test(text) ? Number(text) : undefined
    default:
      return text === '' && !preset ? undefined : text
  }
}
