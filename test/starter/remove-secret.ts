// Removes the page of the secret and its vault from a copy of the project.
import type { Copy } from './copy.ts'

/** The files that are about the secret and the vault alone. */
const files = [
  'src/azure/secret.ts',
  'src/azure/signing-key.ts',
  'src/routes/secret.ts',
  'src/routes/webhook.ts',
  'src/view-models/secret.ts',
  'src/view-models/webhook.ts',
  'src/webhook/body.ts',
  'src/webhook/deliveries.ts',
  'src/webhook/signature.ts',
  'views/secret.ejs',
  'views/partials/webhook.ejs',
  'test/azure/secret.test.ts',
  'test/e2e/switchboard/secret.ts',
  'test/pages/secret.ts',
  'test/routes/secret.test.ts',
  'test/routes/webhook.test.ts',
  'infra/modules/key-vault.bicep',
  'infra/sample-secret.ts',
  'infra/hooks/preprovision/deleted-vault.ts',
  'test/infra/expected/key-vault.ts',
  'test/infra/hooks/deleted-vault.test.ts',
  'test/infra/hooks/seed-secret.test.ts',
  'test/infra/template/key-vault.test.ts',
  'test/support/azd/vaults.ts',
]

export async function removeSecret(copy: Copy): Promise<void> {
  await copy.remove(...files)
  await removeFromSite(copy)
  await removeFromTemplate(copy)
  await removeFromHooks(copy)
  await removeFromTests(copy)
}

async function removeFromSite(copy: Copy): Promise<void> {
  await copy.removeLines('src/routes/index.ts', "from './secret.ts'")
  await copy.replace('src/routes/index.ts', [' secretPage,', ''])
  await copy.removeLines('src/azure/connect.ts', "from './secret.ts'", 'createSecret(', '    secret,')
  await copy.removeLines('src/azure/connect.ts', "from './signing-key.ts'", 'createSigningKey(')
  await copy.removeLines('src/azure/sdk.ts', "from '@azure/keyvault-secrets'")
  await copy.removeBlock('src/config.ts', '  AZURE_KEY_VAULT_ENDPOINT:', '  AZURE_SQL_SERVER:')
  await copy.removeLines('src/config.ts', 'keyVault:', 'webhook:')
  await copy.removeBlock(
    'src/limits.ts',
    '  /** How long the secret is cached',
    '  /** Simultaneous downloads of one instance',
  )
  await copy.removeLines('src/errors/problem.ts', "'SecretNotFound'")
  await copy.removeBlock(
    'src/errors/problem.ts',
    "  {\n    when: ({ code }) => code === 'SecretDisabled'",
    '  {\n    when: ({ status }) => status === 401',
  )
  await copy.removeBlock('.env.example', 'AZURE_KEY_VAULT_ENDPOINT', 'AZURE_SQL_SERVER')
}

async function removeFromTemplate(copy: Copy): Promise<void> {
  const main = 'infra/main.bicep'
  await copy.removeBlock(main, "@description('Keep a deleted vault", '// --- Size and cost')
  await copy.removeBlock(main, '// The secret.\n', '// The products. ')
  // For each type of identity.
  for (const _ of ['UserAssigned', 'SystemAssigned']) {
    await copy.removeBlock(main, '    keyVaultName: ', '    applicationInsightsName: ')
  }
  await copy.removeLines(main, 'keyVaultEndpoint:', 'secretName:', 'webhookRotationGraceMinutes:')
  await copy.removeBlock(main, "@description('Address of the vault.')", "@description('Host name of the SQL")
  await copy.removeBlock(
    main,
    "@description('Name of the vault.')",
    "@description('Name of the SQL server.')",
  )
  await copy.removeBlock(
    main,
    "@description('Whether the vault has purge protection",
    "@description('Size of the App Service plan.')\noutput",
  )

  const web = 'infra/modules/web.bicep'
  await copy.removeBlock(web, "@description('Address of the vault.')", "@description('Host name of the SQL")
  await copy.removeLines(
    web,
    "'AZURE_KEY_VAULT_ENDPOINT'",
    "'AZURE_KEY_VAULT_SECRET_NAME'",
    "'WEBHOOK_ROTATION_GRACE_MINUTES'",
  )

  const access = 'infra/modules/access.bicep'
  await copy.removeBlock(
    access,
    "@description('Name of the vault.')",
    "@description('Name of the Application Insights",
  )
  await copy.removeLines(access, 'var keyVaultSecretsUser')
  await copy.removeBlock(access, 'resource vault ', 'resource applicationInsights ')

  await copy.removeLines('infra/modules/network.bicep', 'Microsoft.KeyVault')
  await copy.removeLines('infra/abbreviations.json', 'keyVaultVaults')
  await copy.removeBlock('infra/main.parameters.json', '    "enablePurgeProtection"', '    "appServiceSku"')
  await copy.removeLines(
    '.github/workflows/azure-dev.yml',
    'ENABLE_PURGE_PROTECTION:',
    'WEBHOOK_ROTATION_GRACE_MINUTES:',
  )
}

async function removeFromHooks(copy: Copy): Promise<void> {
  await copy.removeLines(
    'infra/hooks/preprovision/keep-deployed.ts',
    "from './deleted-vault.ts'",
    '...recovery',
  )
  await copy.removeLines('infra/hooks/preprovision/keep-deployed.ts', 'recoverDeletedVault(')
  await copy.removeLines(
    'infra/hooks/shared/settings.ts',
    'AZURE_KEY_VAULT_NAME:',
    'AZURE_KEY_VAULT_SECRET_NAME:',
  )
  await copy.removeLines('infra/hooks/shared/settings.ts', 'keyVault:')
  await copy.removeLines(
    'infra/hooks/role-assignments.ts',
    'const secret =',
    "toSite('Key Vault Secrets User'",
    "toDeployer('Key Vault Secrets User'",
  )
  await copy.removeLines('infra/hooks/readiness.ts', 'keyVault:')
  await copy.removeLines('infra/seed-local-cloud.ts', "from './sample-secret.ts'", 'sampleSecret()')
}

async function removeFromTests(copy: Copy): Promise<void> {
  // test/readme.test.ts names these.
  await copy.removeLines(
    'README.md',
    "The site's identity | Key Vault",
    'The deployer | Key Vault',
    '    src/webhook/',
  )
  await copy.removeLines(
    'test/config.test.ts',
    "AZURE_KEY_VAULT_ENDPOINT: '",
    "AZURE_KEY_VAULT_SECRET_NAME: '",
    'keyVault: {',
    'webhook: {',
    'AZURE_KEY_VAULT_ENDPOINT: [',
    'AZURE_KEY_VAULT_SECRET_NAME: [',
    'WEBHOOK_ROTATION_GRACE_MINUTES: [',
  )
  await copy.removeLines('docs/settings.md', '`AZURE_KEY_VAULT_E', '`AZURE_KEY_VAULT_S', '`WEBHOOK_ROTATION')
  await copy.removeLines('infra/values/production.env', 'ENABLE_PURGE_PROTECTION')
  await copy.removeLines('test/infra/template/scale.test.ts', 'ENABLE_PURGE_PROTECTION')
  await copy.removeLines(
    'test/telemetry/traces.test.ts',
    "from '../../src/routes/secret.ts'",
    'const vault =',
    '[secretUrl]: [',
    '[secretUrl, ',
  )
  const naive = 'test/bench/servers/naive.ts'
  await copy.removeLines(naive, "from '@azure/keyvault-secrets'", 'const secrets =')
  await copy.replace(naive, [' keyVault,', ''])
  await copy.removeBlock(naive, "app.get('/secret'", "app.get('/documents'")
  const bare = 'test/bench/servers/bare.ts'
  await copy.removeLines(bare, "from '@azure/keyvault-secrets'", 'const secrets =', "'/secret':")
  await copy.replace(bare, [' keyVault,', ''])
  await copy.removeBlock(bare, 'async function readSecret', 'async function listDocuments')
  const constant = "  {\n    name: 'secret, JSON, bare"
  await copy.removeBlock('test/bench/cases.ts', constant, "  { name: 'secret, HTML'")
  await copy.removeLines('test/bench/cases.ts', "name: 'secret, JSON'", "name: 'secret, HTML'")
  await copy.replace('test/bench/telemetry.ts', ["'/secret', ", ''])
  await copy.removeLines('test/support/start-app.ts', 'secretReadMs:')
  await copy.removeBlock('test/soak/site.soak.ts', '      secretMs:', '      sqlLoginMs:')
  const subscription = 'test/support/azd/subscription.ts'
  await copy.removeLines(
    subscription,
    "from './vaults.ts'",
    'createVaults(',
    'vaults.current',
    'vaultOutputs(',
    'vaults.deploy(',
    'vaults.remove(',
  )
  await copy.replace(subscription, ['remove({ purge = false } = {})', 'remove()'])
  await copy.replace(
    'test/support/azd/index.ts',
    ['down({ purge = false } = {})', 'down()'],
    ['subscription.remove({ purge })', 'subscription.remove()'],
  )
}
