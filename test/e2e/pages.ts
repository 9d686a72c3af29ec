// Every page, error pages included, as a browser shows it: in both schemes, on narrow and wide screens.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { sitePages, startPage } from '../support/site-pages.ts'
import { axeViolations, listen, screenshots } from './appearance.ts'
import { openPage } from './browser.ts'

const schemes = ['light', 'dark'] as const
const widths = [320, 768, 1280]
const height = 800

for (const name of Object.keys(sitePages)) {
  describe(`the page "${name}"`, () => {
    for (const colorScheme of schemes) {
      it(`fits ${widths.join(', ')} px in ${colorScheme}, quietly and from one host, and axe finds nothing`, async (t) => {
        const site = await startPage(t, name)
        const page = await openPage(t, { viewport: { width: Math.max(...widths), height }, colorScheme })
        const heard = listen(page, site.origin)
        await show(page, site)
        assert.deepEqual(heard(), [])

        for (const width of widths) {
          await page.setViewportSize({ width, height })
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
          const file = `${name.replaceAll(/[^\w]+/g, '-')}-${width}-${colorScheme}.png`
          await page.screenshot({ path: `${screenshots}${file}`, fullPage: true })
          assert.deepEqual(await axeViolations(page), [], `${width} px`)
        }
      })
    }
  })
}

async function show(page: Page, { url, method, status }: { url: string; method: string; status: number }) {
  // An address bar only knows GET.
  if (method !== 'GET') await page.route(url, (route) => route.continue({ method }))
  const response = await page.goto(url, { waitUntil: 'load' })
  assert.equal(response?.status(), status)
  // Pages that reload themselves stay as they are for the rest of the test.
  await page.route(url, (route) => route.fulfill({ status: 204 }))
  // What is folded is tested too.
  await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
}
