// What a designer measures: what is on the first screen, how big, in which typeface, how it is marked.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { url as documentsUrl } from '../../src/routes/documents.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { pages, startApp } from '../support/start-app.ts'
import { openPage } from './browser.ts'

const screens = [
  { width: 1280, height: 800 },
  { width: 360, height: 640 },
]

describe('the looks of the site', () => {
  for (const viewport of screens) {
    it(`shows the first row of each table on the first screen of ${viewport.width} × ${viewport.height}`, async (t) => {
      const { origin } = await startApp(t)
      const page = await openPage(t, { viewport })
      for (const path of [documentsUrl, productsUrl, `${documentsUrl}?prefix=reports%2F2026%2F`, '/readyz']) {
        await page.goto(`${origin}${path}`)
        const row = await page.locator('tbody tr').first().boundingBox()
        assert.ok(row && row.y + row.height < viewport.height, `${path}: ${row?.y}`)
      }
    })
  }

  it('marks one page in the navigation, in forced colours too', async (t) => {
    const { origin } = await startApp(t)
    for (const forcedColors of ['none', 'active'] as const) {
      const page = await openPage(t, { forcedColors })
      for (const path of [productsUrl, `${productsUrl}/21`, `${documentsUrl}/Welcome.md?view`]) {
        await page.goto(`${origin}${path}`)
        const marked = await page.evaluate<string[]>(`(() => {
          const visible = (link) => {
            const { borderBottomColor } = getComputedStyle(link)
            return borderBottomColor !== 'rgba(0, 0, 0, 0)' && borderBottomColor !== getComputedStyle(document.documentElement).backgroundColor
          }
          return [...document.querySelectorAll('header li a')].filter(visible).map((link) => link.getAttribute('href'))
        })()`)
        assert.deepEqual(
          marked,
          [pages.find(({ url }) => path.startsWith(url))?.url],
          `${path}, ${forcedColors}`,
        )
      }
    }
  })

  it('has links of at least 24 px at the heads of columns, one of them marked', async (t) => {
    const { origin } = await startApp(t)
    for (const width of [320, 1280]) {
      const page = await openPage(t, { viewport: { width, height: 800 } })
      await page.goto(`${origin}${productsUrl}`)
      for (const link of await page.locator('th a').all()) {
        const box = await link.boundingBox()
        assert.ok(box && box.height >= 24 && box.width >= 24, `${await link.innerText()}: ${box?.height}`)
      }
      assert.equal(await page.locator('th[aria-sort]').count(), 1)
    }
  })

  for (const width of [320, 500, 710, 768, 1280]) {
    it(`leaves no card alone in a row at ${width} px`, async (t) => {
      const { origin } = await startApp(t)
      const page = await openPage(t, { viewport: { width, height: 800 } })
      await page.goto(origin)
      const tops = await page.evaluate<number[]>(
        "[...document.querySelectorAll('.services > li')].map((card) => card.getBoundingClientRect().top)",
      )
      const rows = new Set(tops).size
      assert.ok(rows === 1 || rows === tops.length, tops.join(' '))
    })
  }

  it('has three typefaces and four sizes, as the style sheet says', async (t) => {
    const { origin } = await startApp(t)
    const page = await openPage(t, { viewport: { width: 1280, height: 800 } })
    const found = { typefaces: new Set<string>(), sizes: new Set<string>() }
    for (const path of [
      '/',
      '/source',
      '/readyz',
      `${documentsUrl}/Welcome.md?view`,
      ...pages.map(({ url }) => url),
    ]) {
      await page.goto(`${origin}${path}`)
      for (const [typeface, size] of await fontsOf(page)) {
        found.typefaces.add(typeface)
        found.sizes.add(size)
      }
    }
    assert.equal(found.typefaces.size, 3, [...found.typefaces].join('; '))
    assert.equal(found.sizes.size, 4, [...found.sizes].join('; '))
  })

  it('underlines no space at the end of a line, and keeps the spaces of a name', async (t) => {
    const { cloud, origin } = await startApp(t)
    for (const name of ['one space.txt', 'two  spaces.txt']) await cloud.blobs.put(`looks/${name}`, name)
    const page = await openPage(t)
    await page.goto(`${origin}${documentsUrl}?prefix=looks%2F`)
    const styles = await page.evaluate<string[]>(
      "[...document.querySelectorAll('td.name bdi')].map((name) => getComputedStyle(name).whiteSpaceCollapse)",
    )
    assert.deepEqual(styles, ['collapse', 'preserve'])
  })
})

/** Typeface and size of each element that has text of its own. */
async function fontsOf(page: Page): Promise<[typeface: string, size: string][]> {
  return page.evaluate(`(() => {
    const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    return [...document.querySelectorAll('body *')].filter(hasText).map((element) => {
      const { fontFamily, fontSize } = getComputedStyle(element)
      return [fontFamily, fontSize]
    })
  })()`)
}
