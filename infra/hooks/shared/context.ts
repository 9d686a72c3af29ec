// What every step of a hook needs.
import { type Arm, createArm } from './arm.ts'
import { type Limits, readLimits } from './limits.ts'
import { takeProvisioningMarker } from './provisioning.ts'
import { readSettings, type Settings } from './settings.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

export type Context = {
  settings: Settings
  limits: Limits
  signIn: SignIn
  arm: Arm
  /** Whether `azd provision` or `azd up` runs the hook, and not `azd hooks run`. */
  provisioning: boolean
  /** Aborts at Ctrl-C. */
  signal: AbortSignal
}

/** @throws {Failure} naming what is missing or wrong in the environment */
export async function createContext(
  env: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<Context> {
  const settings = readSettings(env)
  const limits = readLimits(env)
  const signIn = createSignIn(settings.tenantId)
  const arm = createArm(settings, signIn, limits)
  const provisioning = await takeProvisioningMarker(env)
  return { settings, limits, signIn, arm, provisioning, signal }
}
