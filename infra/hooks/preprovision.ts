// azd runs this before provisioning. It keeps deployed settings, and recovers a deleted vault. It changes nothing in Azure: it
// sets variables of the azd environment, which azd reads again before it deploys.
import { openEnvironment } from './preprovision/azd.ts'
import { keepDeployed } from './preprovision/keep-deployed.ts'
import { readLimits } from './shared/limits.ts'
import { progress } from './shared/progress.ts'
import { markProvisioning } from './shared/provisioning.ts'
import { runHook } from './shared/run-hook.ts'
import { createSignIn } from './shared/sign-in.ts'

await runHook('preprovision', async (signal) => {
  const { env } = process
  const {
    AZURE_ENV_NAME: environment = '',
    AZURE_SUBSCRIPTION_ID: subscriptionId,
    AZURE_TENANT_ID: tenantId,
  } = env
  await markProvisioning(env)
  progress.heading(`Environment ${environment}`)
  if (!subscriptionId) {
    // azd asks for the subscription after this hook, unless it runs as a part of `azd up`.
    progress.warning('Is it deployed already? Then stop here, with Ctrl-C, and run `azd env refresh` first')
    return
  }
  const signIn = createSignIn(tenantId, 'try again')
  await keepDeployed({
    env,
    azdEnvironment: openEnvironment(environment),
    signIn,
    limits: readLimits(env),
    signal,
  })
})
