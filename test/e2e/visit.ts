// What a visitor does on the site, in a browser.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { pages, startApp } from '../support/start-app.ts'
import { openPage } from './browser.ts'

describe('a visitor', () => {
  it('walks a page by keyboard, and sees where the focus is', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t)
    await page.goto(`${origin}${productsUrl}?pageSize=5`)

    const walked: string[] = []
    for (;;) {
      await page.keyboard.press('Tab')
      const focus = await describeFocus(page)
      if (focus.name === '') break
      assert.ok(focus.outlined, `no outline around ${focus.name}`)
      assert.ok(focus.inView, `${focus.name} is out of sight`)
      walked.push(focus.name)
    }

    assert.deepEqual(walked.slice(0, 6 + pages.length), [
      'Skip to the content',
      'Keyless Express',
      ...pages.map(({ title }) => title),
      'Part of a name',
      'Category',
      'Search',
      'Number',
    ])
    assert.deepEqual(walked.slice(-3), ['Next page', 'The code behind this page', 'Readiness'])
  })

  it('skips to the content, and goes on from there', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t)
    await page.goto(`${origin}${productsUrl}`)

    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')

    assert.equal((await describeFocus(page)).name, 'Part of a name')
  })

  it('opens a folder, goes back by the crumbs, and saves a document byte for byte', async (t) => {
    const { cloud, origin } = await startApp(t)
    const bytes = randomBytes(2_000_003)
    await cloud.blobs.put('visited/deep/to & fro.bin', bytes)
    const page = await openPage(t)
    await page.goto(`${origin}${documentsUrl}`)

    await page
      .getByRole('link', { name: /^visited\// })
      .first()
      .click()
    await page.getByRole('link', { name: /^deep\// }).click()
    await page
      .getByRole('navigation', { name: 'Folder', exact: true })
      .getByRole('link', { name: 'visited/' })
      .click()
    assert.equal(new URL(page.url()).searchParams.get('prefix'), 'visited/')
    await page.getByRole('link', { name: /^deep\// }).click()
    await page.getByRole('link', { name: 'to & fro.bin' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ])

    assert.equal(download.suggestedFilename(), 'to & fro.bin')
    assert.equal(sha256(await readFile(await download.path())), sha256(bytes))
  })

  it('goes from page to page of the documents', async (t) => {
    const { cloud, origin } = await startApp(t)
    for (const name of ['a', 'b', 'c']) await cloud.blobs.put(`leafed/${name}`, name)
    const page = await openPage(t)
    await page.goto(`${origin}${documentsUrl}?prefix=leafed%2F&limit=2`)

    await page.getByRole('link', { name: 'Next page' }).click()

    assert.deepEqual(await page.locator('td.name').allInnerTexts(), ['c'])
    await page.getByRole('link', { name: 'First page' }).click()
    assert.deepEqual(await page.locator('td.name').allInnerTexts(), ['a', 'b'])
  })

  it('searches, filters, sorts and pages through products, and the address keeps it all', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t)
    await page.goto(`${origin}${productsUrl}?pageSize=5`)

    await page.getByLabel('Category').selectOption('Brewing')
    await page.getByLabel('Part of a name').fill('e')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Price' }).click()
    await page.getByRole('link', { name: 'Price' }).click()
    const first = await prices(page)
    await page.getByRole('link', { name: 'Next page' }).click()
    const second = await prices(page)

    assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), {
      search: 'e',
      category: 'Brewing',
      sort: '-price',
      pageSize: '5',
      page: '2',
    })
    assert.equal(first.length, 5)
    assert.deepEqual(
      [...first, ...second],
      [...first, ...second].toSorted((a, b) => b - a),
    )
    assert.deepEqual(new Set(await page.locator('td.category').allInnerTexts()), new Set(['Brewing']))
    assert.equal(await page.getByLabel('Part of a name').inputValue(), 'e')
    await page.locator('td.name a').first().click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.match(page.url(), new RegExp(`${productsUrl}/\\d+$`))
  })

  it('waits for the database to wake up, and gets the page without doing anything', async (t) => {
    const { cloud, origin } = await startApp(t)
    cloud.sql.logins.failNext(40613, { times: Infinity })
    const page = await openPage(t)
    await page.goto(`${origin}${productsUrl}?search=kettle`)
    await page.getByRole('heading', { name: 'The database is waking up' }).waitFor()

    cloud.sql.logins.clear()
    await page.getByRole('heading', { name: titleOf(productsUrl), level: 1 }).waitFor({ timeout: 15_000 })

    assert.equal(await page.getByLabel('Part of a name').inputValue(), 'kettle')
    assert.equal(await page.locator('a[href*="attempt"]').count(), 0)
  })

  it('unfolds how a page was answered, and finds the same in the tools of the browser', async (t) => {
    const { origin } = await startApp(t, {}, { SHOW_TRACE: 'true' })
    const page = await openPage(t)
    await page.goto(`${origin}${productsUrl}`)
    const statement = page.getByText('SELECT DISTINCT Category FROM dbo.Products ORDER BY Category').first()
    assert.equal(await statement.isVisible(), false)

    await page.getByText('How this page was answered').click()

    assert.equal(await statement.isVisible(), true)
    const metrics = await page.evaluate<{ name: string; duration: number }[]>(
      `performance.getEntriesByType('navigation')[0].serverTiming.map(({ name, duration }) => ({ name, duration }))`,
    )
    assert.equal(metrics.filter(({ name, duration }) => name === 'sql' && duration > 0).length, 2)
    assert.equal(metrics.at(-1)?.name, 'total')
  })

  it('reads the page on paper without what only a screen can do', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t, { colorScheme: 'dark' })
    await page.goto(`${origin}${productsUrl}`)

    await page.emulateMedia({ media: 'print' })

    assert.equal(await page.getByRole('search').isVisible(), false)
    assert.equal(await page.locator('td.name').first().isVisible(), true)
    const colours = await page.evaluate(
      '((style) => [style.backgroundColor, style.color])(getComputedStyle(document.documentElement))',
    )
    assert.deepEqual(colours, ['rgb(255, 255, 255)', 'rgb(29, 33, 37)'])
  })
})

/** The element with the focus: its accessible name, '' for the page itself, and whether a visitor can see it. */
async function describeFocus(page: Page): Promise<{ name: string; outlined: boolean; inView: boolean }> {
  // As text, because the compiler of this project knows no DOM.
  return page.evaluate(`(() => {
    const element = document.activeElement
    if (element === document.body) return { name: '' }
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { top, bottom, left, right } = element.getBoundingClientRect()
    return {
      name: (element.labels?.[0] ?? element).ariaLabel ?? (element.labels?.[0] ?? element).innerText.trim(),
      outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
      inView: bottom > 0 && top < innerHeight && left >= 0 && right <= innerWidth,
    }
  })()`)
}

async function prices(page: Page): Promise<number[]> {
  return (await page.locator('td.price').allInnerTexts()).map((price) => Number(price.replace('€', '')))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

const titleOf = (address: string) => pages.find(({ url }) => url === address)?.title ?? address
