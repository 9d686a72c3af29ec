// The page of a document in a browser, and its preview, which anybody may have written.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { url } from '../../src/routes/documents.ts'
import { startApp } from '../support/start-app.ts'
import { openPage } from './browser.ts'

describe('the preview of a document', () => {
  it('shows a text in its frame', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t)
    await page.goto(`${origin}${url}/Welcome.md?view`)

    const text = await page.frameLocator('iframe').locator('body').innerText()

    assert.match(text, /^# Welcome/)
  })

  it('shows a picture', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t)
    await page.goto(`${origin}${url}/pictures/hills%20at%20dusk%20%231.png?view`)
    assert.equal(await page.evaluate('document.querySelector("img.preview").naturalWidth > 100'), true)
  })

  const hostile = {
    'text/html': '<script>alert(1); parent.document.title = "owned"</script><img src=x onerror=alert(2)>',
    'image/svg+xml':
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>',
    'text/plain': '<!doctype html><script>alert(1)</script>',
    'application/xhtml+xml':
      '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script><body>x</body></html>',
  }
  for (const [contentType, content] of Object.entries(hostile)) {
    it(`runs nothing of a document of type ${contentType}, framed or opened by itself`, async (t) => {
      const { cloud, origin } = await startApp(t)
      const address = `${origin}${url}/hostile.txt`
      await cloud.blobs.put('hostile.txt', content, { contentType })
      const page = await openPage(t)
      const heard = listen(page)

      await page.goto(`${address}?view`)
      assert.equal(await page.frameLocator('iframe').locator('body').innerText(), content)
      assert.match(await page.title(), /^hostile\.txt/)
      await page.goto(`${address}?preview`)
      assert.equal(await page.locator('body').innerText(), content)

      assert.deepEqual(heard, [])
    })
  }

  it('runs nothing of a picture that is none', async (t) => {
    const { cloud, origin } = await startApp(t)
    const content = '<html><script>alert(1)</script></html>'
    await cloud.blobs.put('no picture.png', content, { contentType: 'image/png' })
    const page = await openPage(t)
    const heard = listen(page)

    await page.goto(`${origin}${url}/no%20picture.png?view`)
    await page.goto(`${origin}${url}/no%20picture.png?preview`)

    assert.deepEqual(heard, [])
  })

  it('cannot be framed by another site', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t)
    // Another origin than 127.0.0.1.
    const other = origin.replace('127.0.0.1', 'localhost')
    const body = `<iframe src="${origin}${url}/Welcome.md?preview"></iframe>`
    await page.route(other, (route) => route.fulfill({ contentType: 'text/html', body }))

    await page.goto(other)

    assert.equal(page.frames()[1]?.url(), 'chrome-error://chromewebdata/')
  })
})

/** Notes dialogs, console messages and errors. */
function listen(page: Page): string[] {
  const heard: string[] = []
  page.on('dialog', (dialog) => {
    heard.push(`dialog: ${dialog.message()}`)
    return dialog.dismiss()
  })
  page.on('console', (message) => heard.push(message.text()))
  page.on('pageerror', (error) => heard.push(error.message))
  return heard
}
