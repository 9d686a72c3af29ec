// What the deployed site says about itself and its three services.
import { reasonOf } from './shared/failure.ts'

export type Check = { name: string; ok: boolean; line: string }

export const site = 'the site'
export const database = 'Azure SQL'

/** How the services are called in `/readyz`, and here. */
const titles: Record<string, string> = {
  blobStorage: 'Blob Storage',
  keyVault: 'Key Vault',
  sqlDatabase: database,
}

const attemptMs = 30_000

/** Asks `/readyz` once. The first check is whether the site answers at all; the others are the site's own. */
export async function askReadiness(uri: string, signal: AbortSignal): Promise<Check[]> {
  try {
    const response = await fetch(`${uri}/readyz`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]),
    })
    const checks = checksIn(await response.text())
    return checks
      ? [{ name: site, ok: true, line: 'The site is up' }, ...checks]
      : silence(`HTTP ${response.status}`)
  } catch (error) {
    signal.throwIfAborted()
    // What fetch throws says little; why is in its cause.
    return silence(reasonOf(error instanceof Error && error.cause ? error.cause : error))
  }
}

function checksIn(content: string): Check[] | undefined {
  try {
    const { checks } = JSON.parse(content) as { checks: Record<string, { status: string; detail?: string }> }
    return Object.entries(checks).map(([key, { status, detail }]) => {
      const name = titles[key] ?? key
      const ok = status === 'ok'
      return { name, ok, line: ok ? `${name} answers the site` : `${name}: ${detail ?? status}` }
    })
  } catch {
    return undefined
  }
}

const silence = (reason: string): Check[] => [
  { name: site, ok: false, line: `The site does not answer yet (${reason})` },
]
