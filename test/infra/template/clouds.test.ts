// The same code and the same template are for every cloud: public, government, China.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { describe, it } from 'node:test'

const project = new URL('../../../', import.meta.url)

// What Bicep's environment() returns in the public cloud, and the domain of App Service, which it lacks.
const hosts = [
  'management.azure.com',
  'portal.azure.com',
  'login.microsoftonline.com',
  'login.windows.net',
  'graph.windows.net',
  'gallery.azure.com',
  'core.windows.net',
  'database.windows.net',
  'vault.azure.net',
  'azurecr.io',
  'trafficmanager.net',
  'azuredatalakestore.net',
  'azuredatalakeanalytics.net',
  'rest.media.azure.net',
  'azurewebsites.net',
]

/** Files that have to name a host, with the hosts of the other clouds beside it. */
const permitted: Record<string, string[]> = {
  // A SQL server's audience follows from its domain.
  'src/azure/sql-scope.ts': ['database.windows.net'],
  // What azd knows by the name of a cloud, for the time before the first deployment.
  'infra/hooks/shared/clouds.ts': ['management.azure.com', 'portal.azure.com'],
  // The address of a schema, which is the same for every cloud.
  'infra/main.parameters.json': ['management.azure.com'],
}

describe('the source and the template', () => {
  it('name no host of the public cloud, but where they name those of the other clouds too', async () => {
    const named: Record<string, string[]> = {}
    for await (const path of glob('{src,infra}/**/*.{ts,bicep,json,env,sql}', { cwd: project })) {
      const source = readFileSync(new URL(path, project), 'utf8')
      const found = hosts.filter((host) => source.includes(host))
      if (found.length > 0) named[path.replaceAll('\\', '/')] = found
    }
    assert.deepEqual(named, permitted)
  })
})
