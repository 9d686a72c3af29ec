// azd runs this after provisioning. It prepares the database and uploads the sample documents, signed in as the deployer.
// It can be repeated at any time, also after an interruption: azd hooks run postprovision
import { inOwnProcess } from './shared/own-process.ts'
import { runHook } from './shared/run-hook.ts'

await inOwnProcess(() =>
  runHook('postprovision', async (signal) => {
    // Only here: the SDKs take seconds to load under tsx, and need a newer Node.js than the check above them.
    const { fillServices } = await import('./fill-services.ts')
    await fillServices(signal)
  }),
)
