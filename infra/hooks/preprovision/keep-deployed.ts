// Prepares the environment so that what is deployed stays, whoever deploys, unless the environment says otherwise.
import type { Limits } from '../shared/limits.ts'
import { progress } from '../shared/progress.ts'
import { resourceManagerEndpoint } from '../shared/settings.ts'
import type { SignIn } from '../shared/sign-in.ts'
import { findAdministrator, keepAdministrator } from './administrator.ts'
import type { AzdEnvironment, Variables } from './azd.ts'
import { recoverDeletedVault } from './deleted-vault.ts'
import { findDeployment } from './deployment.ts'
import { decideSettings, findEmptied } from './kept-settings.ts'
import { createLookUp } from './look-up.ts'

type Run = {
  env: Variables
  azdEnvironment: AzdEnvironment
  signIn: SignIn
  limits: Limits
  signal: AbortSignal
}

/** Asks Azure what is deployed, says what stays and what changes, and sets the variables that main.parameters.json reads. */
export async function keepDeployed({ env, azdEnvironment, signIn, limits, signal }: Run): Promise<void> {
  const { AZURE_ENV_NAME: environment = '', AZURE_SUBSCRIPTION_ID: subscriptionId = '' } = env
  const resourceManager = resourceManagerEndpoint.parse(env.AZURE_RESOURCE_MANAGER_ENDPOINT || undefined)
  const lookUp = createLookUp({ resourceManager, subscriptionId }, signIn, limits, signal)
  const { token } = await signIn.getToken(`${resourceManager}/.default`)

  const deployed = await findDeployment(lookUp, environment)
  const emptied = await findEmptied(env, azdEnvironment)
  const { variables, kept, changed } = decideSettings(env, emptied, deployed)
  if (kept.length > 0) progress.done(`Stays as it is deployed: ${kept.join(', ')}`)
  for (const change of changed) progress.warning(`This environment changes ${change}`)

  const administrator = await findAdministrator(lookUp, deployed, env)
  const recovery = await recoverDeletedVault(lookUp, env)

  const wanted: Variables = {
    ...variables,
    ...keepAdministrator(administrator, env, objectIdIn(token)),
    ...recovery,
    // The roles that an administrator had assigned went with the resources.
    ...(deployed.state === 'removed' && { ROLES_ASSIGNED: '' }),
  }
  const changes = Object.entries(wanted).filter(([name, value = '']) => value !== (env[name] ?? ''))
  if (changes.length > 0) await azdEnvironment.set(Object.fromEntries(changes))
}

/** Whom an access token stands for. Not checked: Azure does that. */
function objectIdIn(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString()).oid
  } catch {
    return undefined
  }
}
