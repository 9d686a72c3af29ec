// The settings that stay as they are deployed: main.parameters.json names each as ${NAME=${DEPLOYED_NAME=default}}.
import { readFileSync } from 'node:fs'

export type Setting = {
  /** In main.bicep. */
  parameter: string
  /** In the azd environment, when a person sets it. */
  name: string
  /** In the azd environment, as it is deployed. */
  deployedName: string
  /** What counts when neither is set. */
  preset: string
}

const file = new URL('../../main.parameters.json', import.meta.url)
const form = /^\$\{(?<name>\w+)=\$\{(?<deployedName>DEPLOYED_\w+)=(?:\$\{\w+=)?(?<preset>[^}]*)\}+$/

const { parameters } = JSON.parse(readFileSync(file, 'utf8')) as {
  parameters: Record<string, { value: string }>
}

export const settings: Setting[] = Object.entries(parameters).flatMap(([parameter, { value }]) => {
  const { name = '', deployedName = '', preset = '' } = form.exec(value)?.groups ?? {}
  return name ? [{ parameter, name, deployedName, preset }] : []
})
