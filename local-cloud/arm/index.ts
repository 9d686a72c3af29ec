// Emulates the few calls to Azure Resource Manager that open and close the SQL server and the storage account.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import type { Service } from '../service.ts'
import { refuseAccess } from './access.ts'
import { armError } from './errors.ts'
import { createFirewallRules, type SqlFirewall } from './firewall-rules.ts'
import { createStorageAccount, type StorageFirewall } from './storage-account.ts'

export type ArmService = Awaited<ReturnType<typeof startArm>>

type Options = {
  identity: IdentityService
  certificates: Certificates
  sql: { firewall: SqlFirewall }
  blobs: { firewall: StorageFirewall }
}

/** Starts the endpoint, with one resource group that holds one SQL server and one storage account. */
export async function startArm({ identity, certificates, sql, blobs }: Options) {
  const subscriptionId = randomUUID()
  const names = { resourceGroup: 'rg-keyless-express', sqlServer: 'sql-local', storageAccount: 'stlocal' }
  const providers = `/subscriptions/${subscriptionId}/resourceGroups/${names.resourceGroup}/providers`
  const rulesPath = `${providers}/Microsoft.Sql/servers/${names.sqlServer}/firewallRules/`
  const accountPath = `${providers}/Microsoft.Storage/storageAccounts/${names.storageAccount}`

  const faults = new Faults()
  const requests: { method: string; path: string; apiVersion: string | null }[] = []
  const rules = createFirewallRules(sql.firewall, rulesPath)
  let account = createStorageAccount(blobs.firewall, accountPath)

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', service.endpoint)
    const apiVersion = searchParams.get('api-version')
    requests.push({ method: request.method ?? '', path: pathname, apiVersion })
    return withFault(faults.take(), armError, () => {
      const refusal = refuseAccess(request, pathname, identity, service.endpoint)
      if (refusal) return refusal
      if (!apiVersion) return armError({ status: 400, code: 'MissingApiVersionParameter' })
      if (pathname === accountPath) return account.answer(request)
      if (pathname.startsWith(rulesPath)) return rules.answer(request, pathname.slice(rulesPath.length))
      return armError({
        status: 404,
        code: 'ResourceNotFound',
        message: `The Resource '${pathname}' was not found.`,
      })
    })
  }

  const { port, close } = await serve(answer, certificates)
  const service = {
    ...names,
    subscriptionId,
    /** Of the calls, and the audience of their tokens. */
    endpoint: `https://127.0.0.1:${port}`,
    faults,
    /** Every call, refused ones too. */
    requests,
    /** The rules of the SQL server's firewall: each name with its address. */
    firewallRules: rules.all,
    /** Adds a rule, as another run or the template did. */
    addFirewallRule: rules.add,
    /** The site does not change resources. */
    env: {},
    async reset() {
      faults.clear()
      requests.length = 0
      rules.all.clear()
      sql.firewall.allowed.clear()
      account = createStorageAccount(blobs.firewall, accountPath)
    },
    close,
  }
  return service satisfies Service
}
