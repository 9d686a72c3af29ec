// azure.yaml: what azd builds, where it puts it, and what it runs around that.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { parse } from 'yaml'
import { at, readData, resource } from '../bicep.ts'

const root = new URL('../../../', import.meta.url)
const azureYaml = parse(readFileSync(new URL('azure.yaml', root), 'utf8')) as {
  name: string
  metadata: { template: string }
  requiredVersions: { azd: string }
  services: object
  hooks: Record<'preprovision' | 'postprovision' | 'postdeploy', { run: string; interactive: boolean }>
}

describe('azure.yaml', () => {
  it('follows the schema of azd', () => {
    const validate = validator(readData('azure.yaml.schema.json'))
    assert.ok(validate(azureYaml), JSON.stringify(validate.errors, null, 2))
    assert.ok(!validate({ ...azureYaml, hooks: { postprovison: azureYaml.hooks.postprovision } }))
  })

  it('is the template in the version of package.json', () => {
    const { name, version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
    assert.equal(azureYaml.name, name)
    assert.equal(azureYaml.metadata.template, `${name}@${version}`)
  })

  it('has one service, whose host carries its name', () => {
    assert.deepEqual(azureYaml.services, {
      web: { project: '.', host: 'appservice', language: 'ts', dist: 'dist' },
    })
    assert.match(String(at(resource('Microsoft.Web/sites').value, 'tags')), /'azd-service-name': 'web'/)
  })

  it('asks for an azd that runs hooks in TypeScript', () => {
    assert.equal(azureYaml.requiredVersions.azd, '>= 1.24.0')
    for (const event of ['preprovision', 'postprovision', 'postdeploy'] as const) {
      const run = `infra/hooks/${event}.ts`
      assert.deepEqual(azureYaml.hooks[event], { run, interactive: true })
      assert.ok(existsSync(new URL(run, root)), run)
    }
  })
})

function validator(schema: object) {
  const ajv = new Ajv2019({ strict: false })
  // Schemas of azd's extensions, which this project does not use.
  const others = JSON.stringify(schema).matchAll(/"\$ref":"(https:[^"#]+)/g)
  for (const url of new Set([...others].map(([, url = '']) => url))) ajv.addSchema({ $id: url })
  return ajv.compile(schema)
}
