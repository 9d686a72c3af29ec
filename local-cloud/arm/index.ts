// Emulates the few calls to Azure Resource Manager that deploying needs after the template: they open and close the SQL
// server and the storage account, name the server's administrator, and keep tags.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import type { IdentityService } from '../identity/index.ts'
import type { Service } from '../service.ts'
import { refuseAccess } from './access.ts'
import { type Administrator, createAdministrators } from './administrators.ts'
import { armError } from './errors.ts'
import { createFirewallRules, type SqlFirewall } from './firewall-rules.ts'
import { createReadOnly } from './read-only.ts'
import { createStorageAccount, type StorageFirewall } from './storage-account.ts'
import { createTags } from './tags.ts'

export type ArmService = Awaited<ReturnType<typeof startArm>>

type Options = {
  identity: IdentityService
  certificates: Certificates
  sql: { firewall: SqlFirewall; administrator: Administrator }
  blobs: { firewall: StorageFirewall }
}

/** Answers requests to one resource. */
type Resource = { answer(request: IncomingMessage, path: string): Answer | Promise<Answer> }

/** Starts the endpoint, with one resource group that holds one SQL server and one storage account. */
export async function startArm({ identity, certificates, sql, blobs }: Options) {
  const subscriptionId = randomUUID()
  const names = { resourceGroup: 'rg-keyless-express', sqlServer: 'sql-local', storageAccount: 'stlocal' }
  const providers = `/subscriptions/${subscriptionId}/resourceGroups/${names.resourceGroup}/providers`
  const server = `${providers}/Microsoft.Sql/servers/${names.sqlServer}`
  const account = `${providers}/Microsoft.Storage/storageAccounts/${names.storageAccount}`

  const faults = new Faults()
  const requests: { method: string; path: string; apiVersion: string | null }[] = []
  const rules = createFirewallRules(sql.firewall)
  const tags = createTags()
  const administrators = createAdministrators(sql.administrator, identity.tenantId)
  const storageAccount = createStorageAccount(blobs.firewall)
  const database = createReadOnly(() => ({ databaseId: randomUUID(), status: 'Online' }))
  const container = createReadOnly(() => ({ lastModifiedTime: new Date().toISOString(), etag: randomUUID() }))
  const tagsOf = '/providers/Microsoft.Resources/tags/default'
  const resources: [prefix: string, resource: Resource][] = [
    [server + tagsOf, tags],
    [account + tagsOf, tags],
    [`${server}/firewallRules`, rules],
    [`${server}/databases/`, database],
    [`${server}/administrators/ActiveDirectory`, administrators],
    [`${account}/blobServices/default/containers/`, container],
    [account, storageAccount],
  ]

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', service.endpoint)
    const apiVersion = searchParams.get('api-version')
    requests.push({ method: request.method ?? '', path: pathname, apiVersion })
    return withFault(faults.take(), armError, () => {
      const refusal = refuseAccess(request, pathname, identity, service.endpoint)
      if (refusal) return refusal
      if (!apiVersion) return armError({ status: 400, code: 'MissingApiVersionParameter' })
      const [, resource] = resources.find(([prefix]) => pathname.startsWith(prefix)) ?? []
      if (resource) return resource.answer(request, pathname)
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
    /** Removes a rule, as another run does. */
    removeFirewallRule: rules.remove,
    /** Takes away the tags that the template does not set, as every deployment of it does. */
    removeTags: tags.clear,
    /** Answers all calls for tags with this status, until it is undefined. */
    refuseTags: tags.refuse,
    /** Gives the database, or the container, the properties of one that was deleted and made again. */
    recreateDatabase: database.recreate,
    recreateContainer: container.recreate,
    /** The site does not change resources. */
    env: {},
    async reset() {
      faults.clear()
      requests.length = 0
      rules.clear()
      tags.clear()
      tags.refuse(undefined)
      storageAccount.reset()
      administrators.reset()
    },
    close,
  }
  return service satisfies Service
}
