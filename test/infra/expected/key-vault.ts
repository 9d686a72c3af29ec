// What the template has for Key Vault alone.
import type { ServiceExpectations } from '../expected.ts'

const keyVault: ServiceExpectations = {
  grants: [
    'access: sitePrincipalId (ServicePrincipal) is Key Vault Secrets User on Microsoft.KeyVault/vaults/secrets',
    'key-vault: deployerPrincipalId (deployerPrincipalType) is Key Vault Secrets User on Microsoft.KeyVault/vaults/secrets',
  ],
  logs: { '=vault': ['AuditEvent'] },
  serviceEndpoint: 'Microsoft.KeyVault',
  privateEndpoint: {
    keyVaultEndpoint: [
      'vault',
      `='privatelink\${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'`,
    ],
  },
  appSettings: {
    AZURE_KEY_VAULT_ENDPOINT: '=keyVault.outputs.endpoint',
    AZURE_KEY_VAULT_SECRET_NAME: '=keyVault.outputs.secretName',
    WEBHOOK_ROTATION_GRACE_MINUTES: '=webhookRotationGraceMinutes',
  },
  outputs: { AZURE_KEY_VAULT_NAME: '=keyVault.outputs.name' },
  moduleOutputs: {
    'key-vault.id': '=vault.id',
    'key-vault.name': '=vault.name',
    'key-vault.endpoint': '=vault.properties.vaultUri',
    'key-vault.secretName': '=secret.name',
  },
  hookParameters: ['recoverVault'],
}

export default keyVault
