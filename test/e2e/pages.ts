// Every page, error pages included, as a browser shows it: in both schemes, on narrow and wide screens.
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { sitePages, startPage } from '../support/site-pages.ts'
import { openPage } from './browser.ts'

const screenshots = fileURLToPath(new URL('screenshots/', import.meta.url))
await mkdir(screenshots, { recursive: true })
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const schemes = ['light', 'dark'] as const
const widths = [320, 768, 1280]

for (const name of Object.keys(sitePages)) {
  describe(`the page "${name}"`, () => {
    for (const colorScheme of schemes) {
      for (const width of widths) {
        it(`fits ${width} px in ${colorScheme}, quietly and from one host, and axe finds nothing`, async (t) => {
          const site = await startPage(t, name)
          const page = await openPage(t, { viewport: { width, height: 800 }, colorScheme })
          const heard = listen(page, site.origin)

          await show(page, site)

          assert.deepEqual(heard(), [])
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
          const file = `${name.replaceAll(/[^\w]+/g, '-')}-${width}-${colorScheme}.png`
          await page.screenshot({ path: `${screenshots}${file}`, fullPage: true })

          assert.deepEqual(await violations(page), [])
        })
      }
    }
  })
}

async function show(page: Page, { url, method, status }: { url: string; method: string; status: number }) {
  // An address bar only knows GET.
  if (method !== 'GET') await page.route(url, (route) => route.continue({ method }))
  const response = await page.goto(url, { waitUntil: 'load' })
  assert.equal(response?.status(), status)
  // What is folded is tested too.
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
}

/** Notes console messages, errors and requests to other hosts. */
function listen(page: Page, origin: string) {
  const heard: string[] = []
  page.on('console', (message) => heard.push(message.text()))
  page.on('pageerror', (error) => heard.push(error.message))
  page.on('requestfailed', (request) => heard.push(`failed: ${request.url()}`))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) heard.push(`another host: ${request.url()}`)
  })
  // Chromium's own word about the status of the page, which is not the page's doing.
  return () =>
    heard.filter((text) => !/^Failed to load resource: the server responded with a status/.test(text))
}

async function violations(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the Content-Security-Policy rightly keeps a script element out.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') }
    const results = await axe.run()
    return results.violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
  })
}
