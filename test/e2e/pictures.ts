// `npm run docs:pictures`: the home page for the README, and two windows side by side while the database wakes up.
import { mkdir } from 'node:fs/promises'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startSwitchboard } from 'local-cloud/switchboard/index.ts'
import { url as productsUrl } from '../../src/routes/products.ts'
import { startApp } from '../support/start-app.ts'
import { noBrowser, openPage } from './browser.ts'

const homePictures = [
  { colorScheme: 'light', path: fileURLToPath(new URL('../../.github/home.png', import.meta.url)) },
  { colorScheme: 'dark', path: fileURLToPath(new URL('../../.github/home-dark.png', import.meta.url)) },
] as const
const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const viewport = { width: 640, height: 720 }
const gap = 16

it('takes the pictures of the home page, light and dark', { skip: noBrowser }, async (t) => {
  const { origin } = await startApp(t)
  for (const { colorScheme, path } of homePictures) {
    const page = await openPage(t, { viewport: { width: 1200, height: 900 }, colorScheme })
    await page.goto(origin)
    await page.screenshot({ path })
  }
})

it('takes the picture of the switchboard', { skip: noBrowser }, async (t) => {
  const { cloud, origin } = await startApp(t)
  const switchboard = await startSwitchboard(cloud)
  t.after(switchboard.close)
  const [site, board] = [await openPage(t, { viewport }), await openPage(t, { viewport })]
  await site.goto(`${origin}${productsUrl}`)
  await board.goto(switchboard.url)

  await board.locator('#button-sql-sleeps').click()
  await site.reload()
  await board.goto(`${switchboard.url}#sql`)
  await board.getByText('40613').first().waitFor()

  const sides = await Promise.all([site, board].map((page) => page.screenshot()))
  const both = await openPage(t, { viewport: { width: 2 * viewport.width + gap, height: viewport.height } })
  await both.setContent(
    `<body style="margin: 0; display: flex; gap: ${gap}px; background: #808a99">${sides.map(imageOf).join('')}`,
  )
  await mkdir(folder, { recursive: true })
  await both.screenshot({ path: `${folder}switchboard.png` })
})

function imageOf(png: Buffer): string {
  return `<img alt="" src="data:image/png;base64,${png.toString('base64')}">`
}
