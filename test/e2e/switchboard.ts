// The switchboard of the local cloud in a browser, and what each of its switches does to the site.
import assert from 'node:assert/strict'
import { glob } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { startSwitchboard } from 'local-cloud/switchboard/index.ts'
import { switches } from 'local-cloud/switchboard/switches.ts'
import { startApp, telemetryOn } from '../support/start-app.ts'
import { axeViolations, listen, screenshots } from './appearance.ts'
import { openPage } from './browser.ts'
import type { Cases } from './two-windows.ts'

// Before any test is declared: the local cloud is closed when all tests that are declared by then have ended.
const files: { cases: Cases }[] = []
for await (const file of glob('switchboard/*.ts', { cwd: import.meta.dirname })) {
  files.push(await import(`./${file.replaceAll('\\', '/')}`))
}

describe('the switchboard', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [320, 360, 768, 1280]) {
      it(`fits ${width} px in ${colorScheme}, quietly and from one host, and axe finds nothing`, async (t) => {
        const { cloud, request } = await startApp(t, { telemetryDelayMs: 10 }, telemetryOn)
        const { url, close } = await startSwitchboard(cloud)
        t.after(close)
        await request.get('/readyz')
        const page = await openPage(t, { viewport: { width, height: 800 }, colorScheme })
        const heard = listen(page, url)
        await page.goto(url)
        await page.getByRole('button', { name: 'The vault throttles' }).click()
        await page.getByText('On: The vault throttles').waitFor()
        await page.locator('.traces summary').getByText('GET /readyz').first().click()
        await page.locator('.traces ul').getByText('SELECT').first().waitFor()

        assert.deepEqual(heard(), [])
        assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width)
        await page.screenshot({
          path: `${screenshots}switchboard-${width}-${colorScheme}.png`,
          fullPage: true,
        })
        assert.deepEqual(await axeViolations(page), [])
      })
    }
  }

  it('works without script', async (t) => {
    const { cloud } = await startApp(t)
    const { url, close } = await startSwitchboard(cloud)
    t.after(close)
    const page = await openPage(t, { javaScriptEnabled: false })
    await page.goto(url)

    await page.getByRole('button', { name: 'The vault throttles' }).click()
    await page.getByText('On: The vault throttles').waitFor()
    await page.getByRole('button', { name: 'Turn all off' }).click()
    await page.getByText('No switch is on.').waitFor()
  })

  it('shows by itself what was asked and pressed, without moving the focus, and that the cloud has ended', async (t) => {
    const { cloud, request } = await startApp(t)
    const { url, close } = await startSwitchboard(cloud)
    const page = await openPage(t)
    await page.goto(url)
    await page.locator('#button-vault-throttles').focus()

    await request.get('/readyz')
    await page.locator('#asked-sql').getByText('SELECT').first().waitFor()
    const another = await openPage(t)
    await another.goto(url)
    await another.locator('#button-vault-throttles').click()
    await page.locator('#button-vault-throttles[aria-pressed="true"]').waitFor()
    assert.equal(await page.evaluate('document.activeElement.id'), 'button-vault-throttles')

    await close()
    await page.getByText('The local cloud has ended.').waitFor()
  })

  it('shows new traces by itself, and leaves those open that were opened', async (t) => {
    const { cloud, request } = await startApp(t, { telemetryDelayMs: 10 }, telemetryOn)
    const { url, close } = await startSwitchboard(cloud)
    t.after(close)
    await cloud.telemetry.reset()
    const page = await openPage(t)
    await page.goto(url)
    await page.getByText('Nothing yet. Start the site with npm run dev:telemetry').waitFor()

    await request.get('/healthz')
    await page.locator('.traces summary').getByText('GET /healthz').click()
    await page.locator('.traces ul').getByText('answered').waitFor()
    await request.get('/readyz')
    await page.locator('.traces summary').getByText('GET /readyz').waitFor()

    assert.deepEqual(
      (await page.locator('.traces details[open] summary code').allInnerTexts()).map((name) => name.trim()),
      ['GET /healthz'],
    )
  })
})

for (const { cases } of files) {
  for (const [place, tests] of Object.entries(cases)) {
    describe(`a switch of "${place}"`, () => {
      it('is tested here, like all of them', () => {
        const ids = switches.filter((each) => each.place === place).map(({ id }) => id)
        assert.deepEqual(Object.keys(tests).toSorted(), ids.toSorted())
      })

      for (const [id, test] of Object.entries(tests)) {
        it(`is seen on the site, and so is its recovery: ${id}`, test)
      }
    })
  }
}
