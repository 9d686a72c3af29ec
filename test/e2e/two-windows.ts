// Two windows side by side: the site, and the switchboard of the local cloud behind it.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { startSwitchboard } from 'local-cloud/switchboard/index.ts'
import type { Place } from 'local-cloud/switchboard/switches.ts'
import type { Limits } from '../../src/limits.ts'
import { startApp } from '../support/start-app.ts'
import { openPage } from './browser.ts'

/** What a file of `switchboard/` exports: for each switch of a service, what is seen on the site. */
export type Cases = Partial<Record<Place, Record<string, (t: TestContext) => Promise<void>>>>

/** Starts the site and a switchboard, whose database wakes up within seconds, and opens both. */
export async function openBoth(
  t: TestContext,
  shorter: Partial<Limits> = {},
  settings: Record<string, string> = {},
) {
  const site = await startApp(t, shorter, settings)
  const switchboard = await startSwitchboard(site.cloud, { wakingMs: 5_500 })
  t.after(switchboard.close)
  return { ...site, ...(await openWindows(t, site.origin, switchboard.url)) }
}

/** Opens a window for each, and returns what one does in them. */
export async function openWindows(t: TestContext, origin: string, switchboardUrl: string) {
  const window = await openPage(t)
  const board = await openPage(t)
  await board.goto(switchboardUrl)

  return {
    window,
    board,

    /** Opens a page of the site. */
    async visit(path: string) {
      const response = await window.goto(`${origin}${path}`)
      const text = await window.locator('main').innerText()
      return { status: response?.status(), heading: await window.locator('h1').innerText(), text }
    },

    /** Opens /readyz, which asks every service anew. */
    async readiness(): Promise<{ checks: Record<string, { status: string; detail?: string }> }> {
      const headers = { Accept: 'application/json' }
      return (await window.request.get(`${origin}/readyz`, { headers })).json()
    },

    /** Presses a switch, and waits until the switchboard shows its new state. */
    async press(id: string): Promise<void> {
      const button = board.locator(`#button-${id}`)
      const pressed = await button.getAttribute('aria-pressed')
      await button.click()
      if (pressed !== null)
        await board.locator(`#button-${id}[aria-pressed="${pressed !== 'true'}"]`).waitFor()
    },

    /** The latest requests to a service, as the switchboard lists them. */
    async asked(place: Place): Promise<string[]> {
      await board.reload()
      const entries = await board.locator(`#asked-${place} li`).allInnerTexts()
      return entries.map((entry) => entry.replaceAll(/\s+/g, ' '))
    },
  }
}

/** Asserts that the site shows an error. */
export function assertError(page: { status: number | undefined; text: string }, words: RegExp): void {
  assert.equal(page.status, 503, page.text)
  assert.match(page.text, words)
}
