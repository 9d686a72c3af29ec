// How a page appears: what it says to the console, what axe finds, and a picture of it.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

/** The folder for pictures, which git ignores. */
export const screenshots = fileURLToPath(new URL('screenshots/', import.meta.url))
await mkdir(screenshots, { recursive: true })
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Notes console messages, errors and requests to other hosts. */
export function listen(page: Page, origin: string) {
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

/** What axe finds wrong. */
export async function axeViolations(page: Page): Promise<string[]> {
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
