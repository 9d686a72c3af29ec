// The hook that waits for the deployed site, run against the real site and against one that does not start.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { deploySite, linesOf, siteThatAnswers } from '../../support/deploy-site.ts'
import { eventually } from '../../support/eventually.ts'
import { assertFailed } from '../../support/hooks.ts'
import { noSignals } from '../../support/platform.ts'
import { pages } from '../../support/start-app.ts'

const azureYaml = parse(readFileSync(new URL('../../../azure.yaml', import.meta.url), 'utf8'))
const always = { times: Infinity }
const shortly = { HOOK_READY_SECONDS: '0.5' }
/** The services that the site checks, in the order of its pages. */
const services = pages.flatMap(({ access, readiness }) => (readiness ? [access.service] : []))

describe('postdeploy', () => {
  it('says that a site is ready, where it is, and where its log is', async (t) => {
    const { run, origin, cloud } = await deploySite(t)

    const { stdout, ...result } = await run()

    assert.deepEqual(result, { code: 0, stderr: '' })
    assert.deepEqual(linesOf(stdout), [
      'Site app-local',
      '(✓) The site is up',
      ...services.map((service) => `(✓) ${service} answers the site`),
      `Site        ${origin}`,
      `Log stream  https://portal.azure.com/#@${cloud.identity.tenantId}/resource/subscriptions/${cloud.arm.subscriptionId}/resourceGroups/rg-keyless-express/providers/Microsoft.Web/sites/app-local/logStream`,
    ])
  })

  it('waits for roles that propagate and a database that wakes up, saying each thing once', async (t) => {
    const { run, cloud } = await deploySite(t)
    cloud.blobs.faults.failNext(403, { times: 3 })
    cloud.sql.logins.failNext(40613, { times: 3 })

    const { stdout, ...result } = await run()

    assert.deepEqual(result, { code: 0, stderr: '' })
    const lines = linesOf(stdout).slice(1, -2)
    const waiting: Record<string, string> = {
      'Blob Storage':
        '(…) Blob Storage: Azure refused the site access. A role that was granted a moment ago can take up to ten minutes to work.',
      'Azure SQL': '(…) Azure SQL: The database was asleep and is waking up, which takes about a minute.',
    }
    assert.deepEqual(lines.splice(0, 1 + services.length), [
      '(✓) The site is up',
      ...services.map((service) => waiting[service] ?? `(✓) ${service} answers the site`),
    ])
    assert.deepEqual(lines.sort(), ['(✓) Azure SQL answers the site', '(✓) Blob Storage answers the site'])
  })

  it('waits for a site that starts', async (t) => {
    const { run } = await deploySite(t)
    const starting = { status: 503, body: '<h1>Service unavailable</h1>' }
    const ready = { status: 200, body: '{"status":"ok","checks":{"blobStorage":{"status":"ok"}}}' }
    const site = await siteThatAnswers(t, ['drop', starting, starting, ready])

    const { stdout, ...result } = await run(site)

    assert.deepEqual(result, { code: 0, stderr: '' })
    assert.deepEqual(linesOf(stdout).slice(1, -2), [
      '(…) The site does not answer yet (other side closed)',
      '(…) The site does not answer yet (HTTP 503)',
      '(✓) The site is up',
      '(✓) Blob Storage answers the site',
    ])
  })
})

describe('postdeploy fails with one sentence', () => {
  it('naming the service that still refuses the site', async (t) => {
    const { run, cloud } = await deploySite(t)
    cloud.blobs.faults.failNext(403, always)

    const outcome = await run(shortly)

    assertFailed(outcome, /Blob Storage did not answer it in time: a new role works after/)
    assert.match(outcome.stdout, /Log stream {2}https:/)
  })

  it('pointing to the other hook when the site has no user in SQL', async (t) => {
    const { run, cloud } = await deploySite(t)
    cloud.sql.logins.failNext(18456, always)

    const outcome = await run(shortly)

    assertFailed(
      outcome,
      /Azure SQL did not answer it in time: run `azd hooks run postprovision`, which makes/,
    )
  })

  it('pointing to the log when the site does not answer at all', async (t) => {
    const { run } = await deploySite(t)
    const site = await siteThatAnswers(t, [])

    assertFailed(await run({ ...site, ...shortly }), /look for its error in the log/)
  })

  it('when it is stopped', { skip: noSignals }, async (t) => {
    const { start } = await deploySite(t)
    const hook = await start(await siteThatAnswers(t, []))
    await eventually(() => hook.output.stdout.includes('does not answer yet'))
    hook.kill('SIGINT')

    assertFailed(await hook.ended, /Stopped/)
  })
})

describe('postdeploy without role assignments', () => {
  const withoutRoles = { DEPLOYED_ROLES_ASSIGNED: 'false' }

  it('does not wait for an administrator', async (t) => {
    const { run, cloud } = await deploySite(t)
    cloud.blobs.faults.failNext(403, always)
    const before = cloud.blobs.requests.length

    const { stdout, ...result } = await run(withoutRoles)

    assert.deepEqual(result, { code: 0, stderr: '' })
    assert.equal(cloud.blobs.requests.length, before + 1, 'it asks once')
    assert.match(stdout, /\(!\) The rest answers once an administrator has assigned the roles/)
  })

  it('waits for the database all the same', async (t) => {
    const { run, cloud } = await deploySite(t)
    cloud.blobs.faults.failNext(403, always)
    cloud.sql.logins.failNext(18456, always)

    const outcome = await run({ ...withoutRoles, ...shortly })

    assertFailed(outcome, /Blob Storage and Azure SQL did not answer/)
  })
})

describe('postdeploy in a terminal, where `azd up` draws its table once more', () => {
  it('leaves standing where the site and its log are', async (t) => {
    const { hooks, origin } = await deploySite(t)

    const { stdout } = await hooks.runInTerminal('postdeploy', { WEB_URI: origin })

    const lines = linesOf(underTable(stdout))
    assert.match(lines.at(-2) ?? '', /^Site .*http/)
    assert.match(lines.at(-1) ?? '', /^Log stream .*https:/)
  })

  it('leaves standing what went wrong', async (t) => {
    const { hooks } = await deploySite(t)
    const site = await siteThatAnswers(t, [])

    const { stdout } = await hooks.runInTerminal('postdeploy', { ...site, ...shortly })

    assert.match(linesOf(underTable(stdout)).at(-1) ?? '', /^\(x\) The site does not answer/)
  })

  it('adds nothing elsewhere, as in a pipeline', async (t) => {
    const { run } = await deploySite(t)

    assert.match((await run()).stdout, /logStream\n$/)
  })

  /** What is left: azd moves up by the lines of its table, two and one for each service, and clears all from there. */
  function underTable(output: string): string {
    const services = Object.keys(azureYaml.services).length
    return output
      .split('\n')
      .slice(0, -1 - (services + 2))
      .join('\n')
  }
})
