import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { type Config, ConfigError, readConfig, type SettingName, settingNames } from '../src/config.ts'

const complete: { [Name in SettingName]?: string } = {
  AZURE_CLIENT_ID: '6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
  AZURE_STORAGE_BLOB_ENDPOINT: 'https://storage.example/account/',
  AZURE_STORAGE_CONTAINER_NAME: 'documents',
  AZURE_KEY_VAULT_ENDPOINT: 'https://vault.example/',
  AZURE_KEY_VAULT_SECRET_NAME: 'greeting',
  AZURE_SQL_SERVER: 'sql.example',
  AZURE_SQL_DATABASE: 'shop',
}

const instrumentationKey = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9'

describe('readConfig', () => {
  it('reads every setting, with defaults for the ports', () => {
    const config: Config = {
      port: 3000,
      clientId: '6f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
      hasIdentityEndpoint: false,
      storage: { endpoint: 'https://storage.example/account', container: 'documents' },
      keyVault: { endpoint: 'https://vault.example', secretName: 'greeting' },
      webhook: { rotationGraceMinutes: 60 },
      sql: { server: 'sql.example', port: 1433, database: 'shop', readOnly: false },
      rateLimitPerMinute: undefined,
      showTrace: false,
      telemetry: undefined,
      runsOn: 'elsewhere',
    }
    assert.deepEqual(readConfig(complete), config)
  })

  it('reads the ports that are set', () => {
    const config = readConfig({ ...complete, PORT: '8080', AZURE_SQL_PORT: '11433' })
    assert.equal(config.port, 8080)
    assert.equal(config.sql.port, 11433)
  })

  it('tells App Service and the local cloud from other places', () => {
    const onLoopback = { ...complete, AZURE_STORAGE_BLOB_ENDPOINT: 'https://127.0.0.1:10000/account' }
    assert.equal(readConfig({ ...complete, WEBSITE_SITE_NAME: 'my-site' }).runsOn, 'appService')
    assert.equal(readConfig(onLoopback).runsOn, 'localCloud')
    for (const host of ['127.example.com', 'localhost.example', 'mylocalhost']) {
      const endpoint = `https://${host}/`
      assert.equal(
        readConfig({ ...complete, AZURE_STORAGE_BLOB_ENDPOINT: endpoint }).runsOn,
        'elsewhere',
        host,
      )
    }
  })

  it('needs no client id, and takes an empty one for none', () => {
    assert.equal(readConfig({ ...complete, AZURE_CLIENT_ID: ' ' }).clientId, undefined)
  })

  // Resource Manager writes a boolean with a capital letter.
  it('shows the trace only when told to', () => {
    assert.equal(readConfig({ ...complete, SHOW_TRACE: 'True' }).showTrace, true)
    assert.equal(readConfig({ ...complete, SHOW_TRACE: 'false' }).showTrace, false)
    assert.equal(readConfig({ ...complete, SHOW_TRACE: '' }).showTrace, false)
  })

  it('knows whether App Service offers an identity', () => {
    const IDENTITY_ENDPOINT = 'http://169.254.129.1:8081/msi/token'
    assert.equal(readConfig({ ...complete, IDENTITY_ENDPOINT }).hasIdentityEndpoint, true)
  })

  it('reads where telemetry is sent, and what its token is for', () => {
    const read = (APPLICATIONINSIGHTS_CONNECTION_STRING: string) =>
      readConfig({ ...complete, APPLICATIONINSIGHTS_CONNECTION_STRING, TELEMETRY_SAMPLING_PERCENT: '12.5' })
    const all = `InstrumentationKey=${instrumentationKey};IngestionEndpoint=https://ingestion.example/;LiveEndpoint=https://live.example/;AADAudience=https://monitor.azure.us/`
    assert.deepEqual(read(all).telemetry, {
      instrumentationKey,
      ingestionEndpoint: 'https://ingestion.example',
      audience: 'https://monitor.azure.us',
      samplingPercent: 12.5,
      role: undefined,
      instance: undefined,
    })
    const { audience, ingestionEndpoint } =
      read(` instrumentationkey=${instrumentationKey}; `).telemetry ?? {}
    assert.deepEqual(
      [audience, ingestionEndpoint],
      ['https://monitor.azure.com', 'https://dc.services.visualstudio.com'],
    )
    const inChina = `InstrumentationKey=${instrumentationKey};EndpointSuffix=ai.example;Location=east`
    assert.equal(read(inChina).telemetry?.ingestionEndpoint, 'https://east.dc.ai.example')
  })

  it('reports every mistake at once', () => {
    const problems = problemsOf({})
    for (const name of Object.keys(complete).filter((each) => each !== 'AZURE_CLIENT_ID')) {
      assert.match(problems, new RegExp(`${name} is missing\\. Set it to the `))
    }
  })

  const mistakes: Record<SettingName, string[]> = {
    PORT: ['http', '-1', '65536', '80.5'],
    AZURE_CLIENT_ID: ['my-identity', '6f1b2c3d4e5f60718293a4b5c6d7e8f9'],
    AZURE_STORAGE_BLOB_ENDPOINT: [
      'storage.example',
      'http://storage.example',
      'https://storage.example?sv=2026&sig=c2VjcmV0',
      'https://user:password@storage.example',
      'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=c2VjcmV0',
    ],
    AZURE_STORAGE_CONTAINER_NAME: ['Documents', 'a', 'two--hyphens', '../other', 'a/b'],
    AZURE_KEY_VAULT_ENDPOINT: ['http://vault.example', 'no address'],
    AZURE_KEY_VAULT_SECRET_NAME: ['under_score', 'a/b', 'x'.repeat(128)],
    WEBHOOK_ROTATION_GRACE_MINUTES: ['-1', '1441', '1.5', 'an hour'],
    AZURE_SQL_SERVER: ['tcp:sql.example,1433', 'https://sql.example', 'sql.example;Password=secret'],
    AZURE_SQL_DATABASE: ['x'.repeat(129)],
    AZURE_SQL_PORT: ['0', 'x'],
    RATE_LIMIT_PER_MINUTE: ['0', '-5', 'many', '1.5'],
    SHOW_TRACE: ['maybe', 'everything'],
    SQL_APPLICATION_INTENT: ['readonly', 'everything'],
    APPLICATIONINSIGHTS_CONNECTION_STRING: [
      'InstrumentationKey=my-key',
      'IngestionEndpoint=https://ingestion.example/',
      `InstrumentationKey=${instrumentationKey};IngestionEndpoint=http://ingestion.example/`,
      `InstrumentationKey=${instrumentationKey};IngestionEndpoint=https://user:password@ingestion.example/`,
      `InstrumentationKey=${instrumentationKey};IngestionEndpoint=https://ingestion.example/v2.1/track`,
      `InstrumentationKey=${instrumentationKey};AADAudience=https://monitor.azure.com/.default`,
      `InstrumentationKey=${instrumentationKey};AADAudience=monitor.azure.com`,
    ],
    TELEMETRY_SAMPLING_PERCENT: ['-1', '101', 'all'],
  }
  for (const [name, values] of Object.entries(mistakes)) {
    for (const value of values) {
      it(`refuses ${name}=${value.slice(0, 70)} without repeating it`, () => {
        const problems = problemsOf({ ...complete, [name]: value })
        assert.match(problems, new RegExp(`^ {2}${name} is not valid\\. Set it to `, 'm'))
        assert.equal(problems.split('\n').length, 2)
        if (value.length > 4) assert.ok(!problems.includes(value))
      })
    }
  }

  it('takes an IP address for the SQL server', () => {
    assert.equal(readConfig({ ...complete, AZURE_SQL_SERVER: '127.0.0.1' }).sql.server, '127.0.0.1')
  })
})

describe('.env.example', () => {
  it('has every setting, in the order of src/config.ts', () => {
    const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    const names = [...example.matchAll(/^(\w+)=/gm)].map(([, name]) => name)
    assert.deepEqual(names, settingNames)
  })
})

describe('docs/settings.md', () => {
  it('says of every setting what src/config.ts says', () => {
    const text = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8')
    const [, table = ''] = text.split('| --- | --- | --- |\n')
    const rows = table.split('\n\n')[0]?.replaceAll('`', '').split('\n') ?? []
    const given = rows.map((row) => row.slice(2, -2).split(' | '))

    const invalid = problemsOf(Object.fromEntries(settingNames.map((name) => [name, '?'.repeat(300)])))
    const described = [...invalid.matchAll(/(\w+) is not valid\. Set it to (.*)\.$/gm)]
    assert.deepEqual(
      given.map(([name, value]) => [name, value]),
      described.map(([, name, value]) => [name, value]),
    )
    const required = [...problemsOf({}).matchAll(/(\w+) is missing/g)].map(([, name]) => name)
    assert.deepEqual(
      given.filter(([, , fallback]) => fallback === 'the site does not start').map(([name]) => name),
      required,
    )
  })
})

describe('npm run dev', () => {
  it('shows the trace, by the settings in infra/local-cloud.env', () => {
    const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
    assert.match(JSON.parse(read('package.json')).scripts.dev, / -- node --env-file=infra\/local-cloud\.env /)
    assert.equal(readConfig({ ...complete, ...parseEnv(read('infra/local-cloud.env')) }).showTrace, true)
  })
})

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  assert.fail('no mistake was reported')
}
