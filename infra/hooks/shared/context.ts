// What every step of a hook is given.
import { type Arm, createArm } from './arm.ts'
import { type Limits, readLimits } from './limits.ts'
import { readSettings, type Settings } from './settings.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

export type Context = {
  settings: Settings
  limits: Limits
  signIn: SignIn
  arm: Arm
  /** Aborts at Ctrl-C. */
  signal: AbortSignal
}

/** @throws {Failure} naming what is missing or wrong in the environment */
export function createContext(env: Record<string, string | undefined>, signal: AbortSignal): Context {
  const settings = readSettings(env)
  const limits = readLimits(env)
  const signIn = createSignIn(settings.tenantId)
  return { settings, limits, signIn, arm: createArm(settings, signIn, limits), signal }
}
