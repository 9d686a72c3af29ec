// Tells postprovision who runs it: `azd provision` (and so `azd up`), which runs preprovision before, or a person who asks
// for the hook by name. azd itself does not tell its hooks.
import { rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

type Env = Record<string, string | undefined>

/** Longer than any provisioning takes: what is older was left by one that did not come to its end. */
const atMostMs = 6 * 60 * 60_000

/** Called by preprovision. Where it cannot be noted, postprovision does its work as if it had been asked for by name. */
export async function noteProvisioning(env: Env): Promise<void> {
  const file = noteIn(env)
  if (file) await writeFile(file, '').catch(() => {})
}

/** Gives whether preprovision ran just before, and forgets it. */
export async function takeProvisioningNote(env: Env): Promise<boolean> {
  const file = noteIn(env)
  if (!file) return false
  try {
    const { mtimeMs } = await stat(file)
    await rm(file)
    return Date.now() - mtimeMs < atMostMs
  } catch {
    return false
  }
}

/** Beside what azd itself knows of the environment, on this machine alone. */
function noteIn({ AZURE_ENV_NAME: name }: Env): string | undefined {
  if (!name || name !== path.basename(name)) return undefined
  return fileURLToPath(new URL(`../../../.azure/${name}/provisioning`, import.meta.url))
}
