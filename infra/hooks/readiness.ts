// The readiness of the deployed site and its three services.
import { reasonOf } from './shared/failure.ts'

export type Check = { name: string; ok: boolean; line: string }

export const site = 'the site'
export const database = 'Azure SQL'

/** Titles for the names in `/readyz`. */
const titles: Record<string, string> = {
  blobStorage: 'Blob Storage',
  keyVault: 'Key Vault',
  sqlDatabase: database,
}

const requestMs = 30_000

/** Requests `/readyz` once. The first check is whether the site responds at all; the others are those of the site. */
export async function fetchReadiness(uri: string, signal: AbortSignal): Promise<Check[]> {
  try {
    const response = await fetch(`${uri}/readyz`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
    })
    const checks = checksIn(await response.text())
    return checks
      ? [{ name: site, ok: true, line: 'The site is up' }, ...checks]
      : noResponse(`HTTP ${response.status}`)
  } catch (error) {
    signal.throwIfAborted()
    // The reason is in the cause of the error that fetch throws.
    return noResponse(reasonOf(error instanceof Error && error.cause ? error.cause : error))
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

const noResponse = (reason: string): Check[] => [
  { name: site, ok: false, line: `The site does not answer yet (${reason})` },
]
