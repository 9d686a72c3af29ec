// Run by azd before provisioning.
import { noteProvisioning } from './shared/provisioning.ts'
import { runHook } from './shared/run-hook.ts'

await runHook('preprovision', () => noteProvisioning(process.env))
