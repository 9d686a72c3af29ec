// The real site, and others, for the postdeploy hook to wait for.
import { after, type TestContext } from 'node:test'
import { type Answer, serve } from 'local-cloud/http.ts'
import { prepareHooks, type Variables } from './hooks.ts'
import { startApp } from './start-app.ts'

// Azure SQL is woken in the background; here, it takes a moment.
const awakeSoon = { wakingDelaysMs: [100, 100, 100] }

let prepared: ReturnType<typeof prepareHooks> | undefined
after(async () => (await prepared)?.close())

/** The real site, and the hook prepared for it. */
export async function deploySite(t: TestContext) {
  const { cloud, origin } = await startApp(t, awakeSoon)
  // The site is inside the network; this process plays both.
  for (const service of [cloud.sql, cloud.blobs]) service.firewall.closed = false
  prepared ??= prepareHooks(cloud)
  const hooks = await prepared
  return {
    cloud,
    hooks,
    origin,
    start: (changes: Variables = {}) => hooks.start('postdeploy', { WEB_URI: origin, ...changes }),
    run: (changes: Variables = {}) => hooks.run('postdeploy', { WEB_URI: origin, ...changes }),
  }
}

/** A site that gives these answers, one after the other, and then none. */
export async function siteThatAnswers(t: TestContext, answers: Answer[]) {
  const site = await serve(() => answers.shift() ?? 'drop')
  t.after(site.close)
  return { WEB_URI: `http://127.0.0.1:${site.port}` }
}

/** What it printed, without indentation and blank lines. */
export const linesOf = (stdout: string) =>
  stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
