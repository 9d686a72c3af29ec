// Imitates the few calls to Azure Resource Manager that the hooks make: they open and close the SQL server and the storage
// account, and ask what is deployed.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import { refuseAccess } from './access.ts'
import { armError } from './errors.ts'
import { createFirewallRules, type SqlFirewall } from './firewall-rules.ts'
import { answerList, type DeletedVault, type Deployment } from './lists.ts'
import { createSqlServer } from './sql-server.ts'
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
  const serverPath = `${providers}/Microsoft.Sql/servers/${names.sqlServer}`
  const deploymentsPath = `/subscriptions/${subscriptionId}/providers/Microsoft.Resources/deployments`
  const deletedVaultsPath = `/subscriptions/${subscriptionId}/providers/Microsoft.KeyVault/deletedVaults`
  const accountPath = `${providers}/Microsoft.Storage/storageAccounts/${names.storageAccount}`

  const faults = new Faults()
  const requests: { method: string; path: string; apiVersion: string | null }[] = []
  const rules = createFirewallRules(sql.firewall, rulesPath)
  const account = createStorageAccount(blobs.firewall, accountPath)
  const { deployer } = identity
  const server = createSqlServer(serverPath, {
    sid: deployer.objectId,
    login: deployer.name,
    principalType: 'User',
  })
  const deployments: Deployment[] = []
  const deletedVaults: DeletedVault[] = []
  const contributors = new Set([deployer.objectId])

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', service.endpoint)
    const apiVersion = searchParams.get('api-version')
    requests.push({ method: request.method ?? '', path: pathname, apiVersion })
    return withFault(faults.take(), armError, () => {
      const refusal = refuseAccess(request, pathname, identity, service.endpoint, contributors)
      if (refusal) return refusal
      if (!apiVersion) return armError({ status: 400, code: 'MissingApiVersionParameter' })
      if (pathname === accountPath) return account.answer(request)
      if (pathname === serverPath) return server.answer(request)
      // azd asks with a slash at the end.
      if (pathname.replace(/\/$/, '') === deploymentsPath)
        return answerList(request, deployments, service.endpoint)
      if (pathname === deletedVaultsPath) return answerList(request, deletedVaults, service.endpoint)
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
    /** The SQL server, and who administers it. */
    server,
    /** Deployments to the subscription, and its deleted vaults: what the template or `azd down` would leave. */
    deployments,
    deletedVaults,
    /** Object ids of all who may call: add those of colleagues and pipelines. */
    contributors,
    close,
  }
  return service
}
