// The settings that are kept as they are deployed: those in main.parameters.json of the form ${NAME=${DEPLOYED_NAME=default}}.
import { readFileSync } from 'node:fs'

export type Setting = {
  /** The parameter in main.bicep. */
  parameter: string
  /** The variable in the azd environment that a person sets. */
  name: string
  /** The variable in the azd environment that has the deployed value. */
  deployedName: string
  /** The value when neither is set. */
  defaultValue: string
}

const file = new URL('../../main.parameters.json', import.meta.url)
const form = /^\$\{(?<name>\w+)=\$\{(?<deployedName>DEPLOYED_\w+)=(?:\$\{\w+=)?(?<defaultValue>[^}]*)\}+$/

const { parameters } = JSON.parse(readFileSync(file, 'utf8')) as {
  parameters: Record<string, { value: string }>
}

export const settings: Setting[] = Object.entries(parameters).flatMap(([parameter, { value }]) => {
  const { name = '', deployedName = '', defaultValue = '' } = form.exec(value)?.groups ?? {}
  return name ? [{ parameter, name, deployedName, defaultValue }] : []
})
