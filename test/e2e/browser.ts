// Chromium, driven by playwright-core, which brings no browser of its own.
import { existsSync } from 'node:fs'
import { after, type TestContext } from 'node:test'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const places = [
  process.env.BROWSER_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

const executablePath = places.find((place) => place && existsSync(place))
if (!executablePath && process.env.REQUIRE_BROWSER === '1') {
  throw new Error('REQUIRE_BROWSER is 1 and no Chromium was found. Install one, or set BROWSER_PATH.')
}

/** Why the tests are skipped, or false when there is a browser. */
export const noBrowser =
  !executablePath && 'no Chromium, Chrome or Edge was found; install one, or set BROWSER_PATH to it'

let browser: Browser | undefined
after(() => browser?.close())

/** Opens an empty page in a fresh profile, which is closed after the test. */
export async function openPage(t: TestContext, options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= await chromium.launch({
    ...(executablePath && { executablePath }),
    args: [
      // Chromium's sandbox does not start as root, which containers often are.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...'--disable-gpu --disable-quic --no-first-run --disable-background-networking'.split(' '),
      ...'--disable-component-update --disable-sync'.split(' '),
    ],
  })
  const context = await browser.newContext(options)
  t.after(() => context.close())
  return context.newPage()
}
