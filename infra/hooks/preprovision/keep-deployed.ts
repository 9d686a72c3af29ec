// Sets variables of the azd environment so that deployed settings are kept, unless the environment sets others.
import { cloudNamed } from '../shared/clouds.ts'
import type { Limits } from '../shared/limits.ts'
import { progress } from '../shared/progress.ts'
import { resourceManagerEndpoint } from '../shared/settings.ts'
import type { SignIn } from '../shared/sign-in.ts'
import { findAdministrator, keepAdministrator } from './administrator.ts'
import type { AzdEnvironment, Variables } from './azd.ts'
import { recoverDeletedVault } from './deleted-vault.ts'
import { findDeployment } from './deployment.ts'
import { forgetRolesOfFormerIdentity } from './identity-type.ts'
import { decideSettings, findEmptied } from './kept-settings.ts'
import { createLookUp } from './look-up.ts'

type Run = {
  env: Variables
  azdEnvironment: AzdEnvironment
  signIn: SignIn
  limits: Limits
  signal: AbortSignal
}

/** Asks Azure what is deployed, prints what stays and what changes, and sets the variables that main.parameters.json reads. */
export async function keepDeployed({ env, azdEnvironment, signIn, limits, signal }: Run): Promise<void> {
  const { AZURE_ENV_NAME: environment = '', AZURE_SUBSCRIPTION_ID: subscriptionId = '' } = env
  const resourceManager = env.AZURE_RESOURCE_MANAGER_ENDPOINT
    ? resourceManagerEndpoint.parse(env.AZURE_RESOURCE_MANAGER_ENDPOINT)
    : cloudNamed(await azdEnvironment.cloud()).resourceManager
  const lookUp = createLookUp({ resourceManager, subscriptionId }, signIn, limits, signal)
  const deployer = await signIn.principal(`${resourceManager}/.default`)

  const deployed = await findDeployment(lookUp, environment)
  const emptied = await findEmptied(env, azdEnvironment)
  const { variables, kept, changed } = decideSettings(env, emptied, deployed)
  if (kept.length > 0) progress.done(`Stays as it is deployed: ${kept.join(', ')}`)
  for (const change of changed) progress.warning(`This environment changes ${change}`)

  const administrator = await findAdministrator(lookUp, deployed, env)
  const recovery = await recoverDeletedVault(lookUp, env)

  const wanted: Variables = {
    ...variables,
    ...forgetRolesOfFormerIdentity(env, variables, deployed),
    ...keepAdministrator(administrator, env, deployer.objectId),
    ...recovery,
    // The role assignments were deleted together with the resources.
    ...(deployed.state === 'removed' && { ROLES_ASSIGNED: '' }),
  }
  const changes = Object.entries(wanted).filter(([name, value = '']) => value !== (env[name] ?? ''))
  if (changes.length > 0) await azdEnvironment.set(Object.fromEntries(changes))
}
