// Emulates the few calls to Azure Resource Manager that the hooks make: they open and close the SQL server and the storage
// account, name the server's administrator, keep tags, delete identities and role assignments, and ask what is deployed.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Activity, recorded, requestLine } from '../activity.ts'
import type { Certificates } from '../certificates.ts'
import { Faults } from '../faults.ts'
import { type Answer, serve, withFault } from '../http.ts'
import { callerOf } from '../identity/caller.ts'
import type { IdentityService } from '../identity/index.ts'
import type { Service } from '../service.ts'
import { refuseAccess } from './access.ts'
import { type Administrator, createAdministrators } from './administrators.ts'
import { armError } from './errors.ts'
import { createFirewallRules, type SqlFirewall } from './firewall-rules.ts'
import { createIdentities } from './identities.ts'
import { answerList, type DeletedVault, type Deployment } from './lists.ts'
import { createReadOnly } from './read-only.ts'
import { createRoleAssignments } from './role-assignments.ts'
import { createSqlServer } from './sql-server.ts'
import { createStorageAccount, type StorageFirewall } from './storage-account.ts'
import { createTags } from './tags.ts'

type Options = {
  identity: IdentityService
  certificates: Certificates
  sql: { firewall: SqlFirewall; administrator: Administrator }
  blobs: { firewall: StorageFirewall }
}

/** Answers requests to one resource. */
type Resource = { answer(request: IncomingMessage, path: string): Answer | Promise<Answer> }

/** Starts the endpoint, with one resource group that holds one SQL server, one storage account and one site. */
export async function startArm({ identity, certificates, sql, blobs }: Options) {
  const subscriptionId = randomUUID()
  const names = {
    resourceGroup: 'rg-keyless-express',
    sqlServer: 'sql-local',
    storageAccount: 'stlocal',
    siteName: 'app-local',
  }
  const providers = `/subscriptions/${subscriptionId}/resourceGroups/${names.resourceGroup}/providers`
  const server = `${providers}/Microsoft.Sql/servers/${names.sqlServer}`
  const account = `${providers}/Microsoft.Storage/storageAccounts/${names.storageAccount}`

  const faults = new Faults()
  const activity = new Activity()
  const requests: { method: string; path: string; apiVersion: string | null }[] = []
  const rules = createFirewallRules(sql.firewall)
  const tags = createTags()
  const { app, deployer } = identity
  const sqlServer = createSqlServer(server, {
    sid: deployer.objectId,
    login: deployer.name,
    principalType: 'User',
  })
  const administrators = createAdministrators(sql.administrator, identity.tenantId, (changed) => {
    sqlServer.administrators = changed
  })
  const deployments: Deployment[] = []
  const deletedVaults: DeletedVault[] = []
  const contributors = new Set([deployer.objectId])
  const subscription = `/subscriptions/${subscriptionId}/providers`
  const listOf = (items: object[]): Resource => ({
    answer: (request) => answerList(request, items, service.endpoint),
  })
  const roleAssignments = createRoleAssignments()
  const userAssigned = `${providers}/Microsoft.ManagedIdentity/userAssignedIdentities/`
  const identities = createIdentities(userAssigned, {
    name: app.name,
    principalId: app.objectId,
    clientId: app.clientId,
  })
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
    [server, sqlServer],
    [userAssigned, identities],
    [`${providers}/Microsoft.Web/sites/${names.siteName}`, identities.site],
    [`${subscription}/Microsoft.Resources/deployments`, listOf(deployments)],
    [`${subscription}/Microsoft.KeyVault/deletedVaults`, listOf(deletedVaults)],
  ]

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', service.endpoint)
    const apiVersion = searchParams.get('api-version')
    requests.push({ method: request.method ?? '', path: pathname, apiVersion })
    return withFault(faults.take(requestLine(request)), armError, () => {
      const refusal = refuseAccess(request, pathname, identity, service.endpoint, contributors)
      if (refusal) return refusal
      if (!apiVersion) return armError({ status: 400, code: 'MissingApiVersionParameter' })
      if (roleAssignments.isFor(pathname)) {
        return roleAssignments.answer(request, pathname, service.endpoint)
      }
      const [, resource] = resources.find(([prefix]) => pathname.startsWith(prefix)) ?? []
      if (resource) return resource.answer(request, pathname)
      return armError({
        status: 404,
        code: 'ResourceNotFound',
        message: `The Resource '${pathname}' was not found.`,
      })
    })
  }

  const { port, close } = await serve(
    recorded(answer, activity, (request) => callerOf(request, identity)),
    certificates,
  )
  const service = {
    ...names,
    subscriptionId,
    /** Of the calls, and the audience of their tokens. */
    endpoint: `https://127.0.0.1:${port}`,
    faults,
    /** Every call, refused ones too. */
    requests,
    activity,
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
    /** The identities that the resource group has, and those of the site. */
    identities,
    roleAssignments,
    /** The ID of a resource, from its path below the providers of the resource group. */
    idOf: (path: string) => `${providers}/${path}`,
    /** The site does not change resources. */
    env: {},
    async reset() {
      faults.clear()
      requests.length = 0
      activity.clear()
      rules.clear()
      tags.clear()
      tags.refuse(undefined)
      storageAccount.reset()
      administrators.reset()
      sqlServer.reset()
      identities.reset()
      roleAssignments.clear()
      deployments.length = 0
      deletedVaults.length = 0
      contributors.clear()
      contributors.add(deployer.objectId)
    },
    /** The SQL server, and who administers it. */
    server: sqlServer,
    /** Deployments to the subscription, and its deleted vaults: what the template or `azd down` would leave. */
    deployments,
    deletedVaults,
    /** Object ids of all who may call: add those of colleagues and pipelines. */
    contributors,
    close,
  }
  return service satisfies Service
}
