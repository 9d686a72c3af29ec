// How the postprovision hook fails: always with one sentence that says what to do.
import { describe, it } from 'node:test'
import { principal } from 'local-cloud'
import { sidOf } from '../../../../infra/hooks/database/prepare-database.ts'
import { assertFailed } from '../../../support/hooks.ts'
import { cloud, hooks } from '../../../support/provision.ts'

const { identity, sql } = cloud
const { app } = identity

describe('postprovision fails with one sentence', () => {
  it('for somebody who is not signed in', async () => {
    hooks.signIn(undefined)

    const outcome = await hooks.run('postprovision')

    assertFailed(
      outcome,
      new RegExp(`sign in with \`azd auth login --tenant-id ${identity.tenantId}\`, then`),
    )
  })

  it('for somebody who may not change resources', async () => {
    hooks.signIn(principal('stranger'))

    const outcome = await hooks.run('postprovision')

    assertFailed(outcome, /Azure refused .*: ask for the role Contributor on the resource group/)
  })

  const refusals: [who: string, number: number, sentence: RegExp][] = [
    [
      'for somebody who does not administer SQL',
      18456,
      /does not know you as its administrator .*, then run/,
    ],
    ['when the free allowance is used up', 42119, /sleeps until next month .*: wait, or pay/],
    ['when a policy has closed the public endpoint', 47073, /ask whose policy closed it/],
    ['for a refusal that it does not know', 40532, /\(error 40532: .*\): run/],
  ]
  for (const [who, number, sentence] of refusals) {
    it(who, async () => {
      sql.logins.failNext(number)

      assertFailed(await hooks.run('postprovision'), sentence)
    })
  }

  it('when another user has the client id', async (t) => {
    await sql.execute(`DROP USER [${app.name}]`)
    await sql.execute(`CREATE USER [other] WITH SID = ${sidOf(app.clientId)}, TYPE = E`)
    t.after(() => sql.execute('DROP USER [other]'))

    const outcome = await hooks.run('postprovision')

    assertFailed(outcome, /The database user other already stands for client id .*, then run `azd hooks/)
  })

  it('when the container is gone', async () => {
    const outcome = await hooks.run('postprovision', { AZURE_STORAGE_CONTAINER_NAME: 'gone' })

    assertFailed(
      outcome,
      /\(ContainerNotFound: .*\): run `azd provision --no-state`, which makes the container/,
    )
  })

  it('naming all that is wrong in the environment', async () => {
    const wrong = { AZURE_SQL_SERVER: '', AZURE_SQL_PORT: 'none', DEPLOYED_ROLES_ASSIGNED: 'perhaps' }

    const outcome = await hooks.run('postprovision', wrong)

    assertFailed(outcome, /AZURE_SQL_SERVER, AZURE_SQL_PORT, DEPLOYED_ROLES_ASSIGNED: run `azd provision`/)
  })

  it('where Node.js is too old to load the SDKs', async () => {
    const old = `
      import { registerHooks } from 'node:module'
      Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } })
      registerHooks({
        resolve(specifier, context, next) {
          if (specifier.startsWith('@azure/')) throw new SyntaxError(specifier)
          return next(specifier, context)
        },
      })`
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(old)}`

    const outcome = await hooks.run('postprovision', { NODE_OPTIONS })

    assertFailed(outcome, /need Node\.js 22 or newer, and this is 20\.1\.0: run `npm ci`/)
  })

  it('naming a wait that is none', async () => {
    assertFailed(await hooks.run('postprovision', { HOOK_ROLE_SECONDS: 'long' }), /HOOK_ROLE_SECONDS; set it/)
  })
})
