// The last deployment of this environment, whoever ran it.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { progress } from '../shared/progress.ts'
import type { LookUp } from './look-up.ts'
import type { Setting } from './parameters.ts'

/** An environment is deployed, was removed by `azd down`, or Azure has no record of it. */
export type Deployed =
  | { state: 'deployed'; outputs: Record<string, string>; valueOf(setting: Setting): string | undefined }
  | { state: 'removed' }
  | { state: 'unknown' }

type Value = { value?: unknown }
type Deployment = {
  tags?: Record<string, string>
  properties: {
    provisioningState: string
    timestamp: string
    outputs?: Record<string, Value>
    parameters?: Record<string, Value>
  }
}

const { name: project } = parse(readFileSync(new URL('../../../azure.yaml', import.meta.url), 'utf8'))

/** Finds the newest successful deployment. A failed one has no outputs. */
export async function findDeployment(lookUp: LookUp, environment: string): Promise<Deployed> {
  // With a trailing slash, as azd does.
  const answer = await lookUp.all<Deployment>(
    '/providers/Microsoft.Resources/deployments/',
    'api-version=2025-04-01',
  )
  if ('refused' in answer) {
    progress.warning(
      `Azure does not say what is deployed (${answer.reason}): what this environment knows counts`,
    )
    return { state: 'unknown' }
  }
  const [newest] = answer.found
    .filter(({ tags }) => isOurs(tags, environment))
    .filter(({ properties }) => properties.provisioningState === 'Succeeded')
    .sort((a, b) => Date.parse(b.properties.timestamp) - Date.parse(a.properties.timestamp))
  if (!newest) return { state: 'unknown' }
  const outputs = upperCased(newest.properties.outputs)
  // `azd down` ends with an empty deployment.
  if (Object.keys(outputs).length === 0) return { state: 'removed' }
  const { parameters = {} } = newest.properties
  return {
    state: 'deployed',
    outputs,
    // Deployments of earlier versions have no DEPLOYED_ outputs.
    valueOf: ({ name, deployedName, parameter }) =>
      outputs[deployedName] ?? outputs[name] ?? textOf(parameters[parameter]),
  }
}

function isOurs(tags: Record<string, string> = {}, environment: string): boolean {
  const owner = tags['azd-project-name']
  return tags['azd-env-name'] === environment && !tags['azd-layer-name'] && (!owner || owner === project)
}

/** Azure changes the case of output names, for example to `azurE_LOCATION`. */
function upperCased(outputs: Record<string, Value> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name.toUpperCase(), textOf(value) ?? '']),
  )
}

function textOf({ value }: Value = {}): string | undefined {
  return value === undefined || value === null ? undefined : String(value)
}
