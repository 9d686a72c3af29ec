// The switches that every page notices.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '../../support/eventually.ts'
import { pages } from '../../support/start-app.ts'
import { assertError, type Cases, openBoth, openWindows } from '../two-windows.ts'

// Pages that ask a service.
const urls = pages.filter(({ readiness }) => readiness).map(({ url }) => url)

export const cases: Cases = {
  all: {
    async 'all-slow'(t) {
      const { visit, press, asked } = await openBoth(t)

      await press('all-slow')
      for (const url of urls) {
        const start = performance.now()
        assert.equal((await visit(url)).status, 200)
        assert.ok(performance.now() - start >= 1_000, url)
      }

      await press('all-slow')
      for (const url of urls) assert.equal((await visit(url)).status, 200)
      assert.ok((await asked('sql')).some((entry) => !/in \d{4,} ms/.test(entry)))
    },
  },

  identity: {
    async 'identity-down'(t) {
      const { board, visit, press, asked, restart } = await openDevelopment(t)
      for (const url of urls) assert.equal((await visit(url)).status, 200)

      await press('identity-down')
      for (const url of urls) assert.equal((await visit(url)).status, 200)
      await restart()
      for (const url of urls) assertError(await visit(url), /could not sign in to Azure/)
      assert.match((await asked('identity'))[0] ?? '', /id-keyless-express 503/)

      await board.getByRole('button', { name: 'Turn all off' }).click()
      await board.getByText('No switch is on.').waitFor()
      for (const url of urls) await eventually(async () => (await visit(url)).status === 200)
    },
  },
}

/**
 * Starts the local cloud with the site as `npm run dev` does, and opens both windows. A process of its own, because tokens are
 * in memory as long as a process lives.
 */
async function openDevelopment(t: TestContext) {
  const cloud = ['local-cloud/run.js', '--seed', 'infra/seed-local-cloud.ts', '--switchboard', '--']
  const child = spawn(process.execPath, [...cloud, process.execPath, 'src/server.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGTERM')
    await exit
  })
  const said = linesOf(child.stderr)
  const logged = linesOf(child.stdout)
  const switchboard = await said(/see what it is asked: (\S+)/)
  const origin = () => logged(/listening on (http:\/\/localhost:\d+)/)

  let windows = await openWindows(t, await origin(), switchboard)
  return {
    ...windows,
    visit: (path: string) => windows.visit(path),
    /** Presses the button, and follows the site to its new port. */
    async restart() {
      await windows.board.getByRole('button', { name: 'Restart the site' }).click()
      windows = await openWindows(t, await origin(), switchboard)
    },
  }
}

/** Returns a function that waits for the next line that matches, and gives what is in its parentheses. */
function linesOf(stream: Readable) {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]()
  return async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const { value = assert.fail(`The stream ended before ${pattern}.`) } = await lines.next()
      const [, found] = pattern.exec(value) ?? []
      if (found) return found
    }
  }
}
