// What is true of every page, error pages included.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import { unescapeHtml } from '../support/html.ts'
import { rawRequest } from '../support/raw-request.ts'
import { sitePages, startPage } from '../support/site-pages.ts'
import { pages } from '../support/start-app.ts'

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ['html-validate:recommended', 'html-validate:document'],
    rules: {
      // EJS writes what it does not print as empty lines and spaces.
      'no-trailing-whitespace': 'off',
      'no-inline-style': 'error',
      // Integrity hashes are for files of another host.
      'require-sri': 'off',
      'doctype-style': ['error', { style: 'lowercase' }],
      // The path of a file is an id that HTML allows.
      'valid-id': ['error', { relaxed: true }],
    },
  }),
)

for (const name of Object.keys(sitePages)) {
  describe(`the page "${name}"`, () => {
    it('is complete HTML', async (t) => {
      const { html } = await getPage(t, name)
      const report = await validator.validateString(html)
      const messages = report.results.flatMap((result) => result.messages)
      assert.deepEqual(
        messages.map(({ line, ruleId, message }) => `line ${line}: ${ruleId}: ${message}`),
        [],
      )
    })

    it('has a title, a description, one heading of the first level, landmarks and no script', async (t) => {
      const { html } = await getPage(t, name)
      assert.match(html, /<title>[^<]+ · Keyless Express<\/title>/)
      assert.match(html, /<meta name="description" content="[^"]{20,}">/)
      for (const element of ['h1', 'main', 'header', 'footer']) {
        assert.equal(html.match(new RegExp(`<${element}[ >]`, 'g'))?.length, 1, element)
      }
      const withoutCode = html.replaceAll(/<pre[\s\S]*?<\/pre>/g, '')
      assert.doesNotMatch(withoutCode, /<script|<style|style=|http-equiv|undefined|\[object/)
    })

    it('links to nothing that is missing or elsewhere', async (t) => {
      const { html, origin } = await getPage(t, name)
      const links = new Set(
        [...html.matchAll(/(?:href|action)="([^"]+)"/g)].map(([, url]) => unescapeHtml(url ?? '')),
      )
      for (const link of links) {
        assert.match(link, /^[/#]/)
        if (link.startsWith('#')) assert.ok(html.includes(`id="${link.slice(1)}"`), link)
      }
      if (sitePages[name]?.status === 200) {
        for (const link of [...links].filter((each) => each.startsWith('/'))) {
          const [path = '', fragment] = link.split('#')
          const { status, body } = await rawRequest(origin, path)
          assert.equal(status, 200, link)
          assert.ok(!fragment || body.toString().includes(`id="${fragment}"`), link)
        }
      }
    })
  })
}

describe('the code behind a page', () => {
  const files = [
    ['/', 'src/routes/home.ts'],
    ...pages.flatMap(({ url, sources }) => sources.map((file) => [url, file])),
  ]
  for (const [path = '', file = ''] of files) {
    it(`is all of ${file} for ${path}, letter by letter`, async (t) => {
      const { origin } = await startPage(t, 'home')
      const { body } = await rawRequest(origin, path)

      const figure = body.toString().split(`<figure id="${file}">`)[1] ?? ''
      const shown = /<pre[^>]*><code>([\s\S]*?)<\/code><\/pre>/.exec(figure)?.[1] ?? ''

      const text = unescapeHtml(shown.replaceAll(/<\/?span[^>]*>/g, ''))
      assert.equal(text, (await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).trimEnd())
    })
  }
})

async function getPage(t: Parameters<typeof startPage>[0], name: string) {
  const { origin, url, method, status } = await startPage(t, name)
  const answer = await rawRequest(origin, url.slice(origin.length), {
    method,
    headers: { Accept: 'text/html' },
  })
  assert.equal(answer.status, status)
  return { html: answer.body.toString(), origin }
}
