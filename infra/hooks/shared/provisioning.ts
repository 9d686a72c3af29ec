// Tells postprovision whether `azd provision` (or `azd up`) runs it, or a person with `azd hooks run`. azd does not tell its hooks,
// so preprovision, which runs first, leaves a marker file.
import { rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

type Env = Record<string, string | undefined>

/** Longer than any provisioning takes: an older marker is from a run that failed. */
const atMostMs = 6 * 60 * 60_000

/** Called by preprovision. If the file cannot be written, postprovision runs every step, as with `azd hooks run`. */
export async function markProvisioning(env: Env): Promise<void> {
  const file = markerFile(env)
  if (file) await writeFile(file, '').catch(() => {})
}

/** Returns whether preprovision has run before, and removes the marker. */
export async function takeProvisioningMarker(env: Env): Promise<boolean> {
  const file = markerFile(env)
  if (!file) return false
  try {
    const { mtimeMs } = await stat(file)
    await rm(file)
    return Date.now() - mtimeMs < atMostMs
  } catch {
    return false
  }
}

/** In the folder of the azd environment on this machine. */
function markerFile({ AZURE_ENV_NAME: name }: Env): string | undefined {
  if (!name || name !== path.basename(name)) return undefined
  return fileURLToPath(new URL(`../../../.azure/${name}/provisioning`, import.meta.url))
}
