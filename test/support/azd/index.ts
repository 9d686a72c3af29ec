// Stands in for azd on one person's machine, or in a pipeline: does with the environment, the template's parameters and
// outputs, and the hooks what azd was seen to do. Only the deployment itself is played, by subscription.ts.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mock } from 'node:test'
import type { AccessToken } from '@azure/identity'
import type { LocalCloud, Principal } from 'local-cloud'
import { parse } from 'yaml'
import { keepDeployed } from '../../../infra/hooks/preprovision/keep-deployed.ts'
import { readLimits } from '../../../infra/hooks/shared/limits.ts'
import { readSettings } from '../../../infra/hooks/shared/settings.ts'
import { runHookWith, type Variables } from '../hooks.ts'
import { startAzd } from '../stand-in-azd.ts'
import { type Parameters, resolveParameters } from './parameters.ts'
import type { Subscription } from './subscription.ts'

type Machine = {
  cloud: LocalCloud
  subscription: Subscription
  who: Principal
  /** Set outside the azd environment, as in a pipeline. */
  variables?: Variables
  /** Runs the hook after provisioning too, which takes its time. */
  fills?: boolean
}

/** What azd is answered when it asks for a region. */
const location = 'westeurope'

const { name: project, hooks } = parse(readFileSync(new URL('../../../azure.yaml', import.meta.url), 'utf8'))

/** Sets up a machine, with an environment in which nothing is set. */
export async function setUpAzd({ cloud, subscription, who, variables = {}, fills = false }: Machine) {
  const { arm, identity } = cloud
  const name = 'keyless-express'
  const azd = await startAzd(identity)
  azd.signIn(who)
  arm.contributors.add(who.objectId)
  const { environment } = azd
  environment.set('AZURE_ENV_NAME', name)

  const outside: Variables = {
    ...azd.env,
    NODE_EXTRA_CA_CERTS: cloud.env.NODE_EXTRA_CA_CERTS ?? '',
    AZURE_RESOURCE_MANAGER_ENDPOINT: arm.endpoint,
    ...variables,
  }
  const tags = { 'azd-env-name': name, 'azd-layer-name': '', 'azd-project-name': project }
  const variablesOfHooks = () => ({ ...outside, ...Object.fromEntries(environment) })
  const lookUp = (variable: string) => {
    if (variable === 'AZURE_PRINCIPAL_ID') return who.objectId
    if (variable === 'AZURE_PRINCIPAL_TYPE') return who.kind === 'user' ? 'User' : 'ServicePrincipal'
    return environment.get(variable) ?? outside[variable]
  }

  /** In this process, for a process takes its time. */
  async function runPreprovision(): Promise<string> {
    assert.ok('preprovision' in hooks)
    const lines: string[] = []
    const log = mock.method(console, 'log', (line: string) => lines.push(line))
    const azdEnvironment = {
      cloud: async () => undefined,
      values: async () => Object.fromEntries(environment),
      async set(values: Record<string, string | undefined>) {
        for (const [key, value = ''] of Object.entries(values)) environment.set(key, value)
      },
    }
    try {
      const signIn = {
        getToken: tokenFor,
        principal: async () => ({ objectId: who.objectId, clientId: who.clientId }),
      }
      const limits = readLimits({ HOOK_FIRST_PAUSE_SECONDS: '0.01' })
      const { signal } = new AbortController()
      await keepDeployed({ env: variablesOfHooks(), azdEnvironment, signIn, limits, signal })
    } finally {
      log.mock.restore()
    }
    return lines.join('\n')
  }

  async function tokenFor(scopes: string | string[]): Promise<AccessToken> {
    const token = await identity.credential(who).getToken(scopes)
    assert.ok(token)
    return token
  }

  /** Asks for what is not set, before all else in `azd up`, and after the first hook in `azd provision`. */
  function prompt(): void {
    if (!lookUp('AZURE_SUBSCRIPTION_ID')) environment.set('AZURE_SUBSCRIPTION_ID', arm.subscriptionId)
    if (!environment.get('AZURE_LOCATION'))
      environment.set('AZURE_LOCATION', outside.AZURE_LOCATION || location)
  }

  /** The newest deployment that has ended, whatever became of it. */
  function newest() {
    return arm.deployments
      .filter((each) => each.tags['azd-env-name'] === name && each.properties.provisioningState !== 'Running')
      .sort((a, b) => Date.parse(b.properties.timestamp) - Date.parse(a.properties.timestamp))[0]
  }

  /** Writes outputs over whatever is set under their names. */
  function bringOutputs(): void {
    for (const [key, { value }] of Object.entries(newest()?.properties.outputs ?? {})) {
      environment.set(key.toUpperCase(), String(value))
    }
  }

  function isUnchanged(hash: string): boolean {
    const last = newest()
    return (
      last?.properties.provisioningState === 'Succeeded' &&
      last.tags['azd-provision-param-hash'] === hash &&
      subscription.deployed()
    )
  }

  async function provision({ noState = false } = {}) {
    // Without a subscription, the hook has nowhere to look.
    const said = lookUp('AZURE_SUBSCRIPTION_ID') ? await runPreprovision() : ''
    prompt()
    const parameters: Parameters = resolveParameters(lookUp)
    const hash = JSON.stringify(parameters)
    const skipped = !noState && isUnchanged(hash)
    if (!skipped) subscription.deploy(parameters, { ...tags, 'azd-provision-param-hash': hash }, who)
    bringOutputs()
    const after = fills ? await runHookWith('postprovision', variablesOfHooks()) : undefined
    return { skipped, parameters, said, after }
  }

  return {
    environment,
    provision,
    /** What the other hooks are told. */
    settings: () => readSettings(variablesOfHooks()),
    /** `azd env set`. */
    set: (variable: string, value: string) => environment.set(variable, value),
    /** `azd env refresh`: it brings outputs, and nothing else. */
    refresh(): void {
      prompt()
      bringOutputs()
    },
    /** `azd up`, without the deployment of the site. */
    up(): ReturnType<typeof provision> {
      prompt()
      return provision()
    },
    down({ purge = false } = {}): void {
      for (const key of Object.keys(newest()?.properties.outputs ?? {})) environment.delete(key.toUpperCase())
      subscription.remove({ purge })
      subscription.record({ ...tags, 'azd-deploy-reason': 'down' }, location, {})
    },
    close: azd.close,
  }
}
