import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sqlScope } from '../../src/azure/sql-scope.ts'

describe('the scope of tokens for Azure SQL', () => {
  const servers: Record<string, string> = {
    'sql-abc.database.windows.net': 'database.windows.net',
    'sql-abc.database.usgovcloudapi.net': 'database.usgovcloudapi.net',
    'sql-abc.database.chinacloudapi.cn': 'database.chinacloudapi.cn',
    'SQL-ABC.Database.UsGovCloudApi.Net': 'database.usgovcloudapi.net',
    'sql-abc.privatelink.database.usgovcloudapi.net': 'database.usgovcloudapi.net',
    'sql.example.com': 'database.windows.net',
    localhost: 'database.windows.net',
    'database.chinacloudapi.cn.example.com': 'database.windows.net',
    'not-database.chinacloudapi.cn': 'database.windows.net',
  }
  for (const [server, domain] of Object.entries(servers)) {
    it(`is that of ${domain} for ${server}`, () => {
      assert.equal(sqlScope(server), `https://${domain}/.default`)
    })
  }
})
