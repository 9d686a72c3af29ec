// What is true of every page, error pages included.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { HtmlValidate, StaticConfigLoader } from 'html-validate'
import { homeSources } from '../../src/routes/home.ts'
import { linksIn, unescapeHtml } from '../support/html.ts'
import { rawRequest } from '../support/raw-request.ts'
import { sitePages, startPage } from '../support/site-pages.ts'
import { pages, startApp } from '../support/start-app.ts'

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
  const sources = [
    ...homeSources.map((source) => ['/source', source]),
    ...pages.flatMap(({ url, sources }) => sources.map((source) => [`/source${url}`, source])),
  ]
  for (const [path = '', source = ''] of sources) {
    const [file = '', name] = source.split('#')
    it(`has ${name} of ${file}, letter by letter and with its line numbers`, async (t) => {
      const { origin } = await startPage(t, 'home')
      const { body } = await rawRequest(origin, path)

      const figure = body.toString().split(`<figure id="${file}">`)[1] ?? ''
      const [, numbers = '', , code = ''] =
        /<pre class="lines"[^>]*>([\d\s]*?)<\/pre>\s*<pre([^>]*)><code>([\s\S]*?)<\/code><\/pre>/.exec(
          figure,
        ) ?? []

      const shown = unescapeHtml(code.replaceAll(/<\/?span[^>]*>/g, ''))
      const lines = numbers.trim().split('\n').map(Number)
      const whole = (await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).split('\n')
      assert.equal(shown, whole.slice((lines[0] ?? 0) - 1, lines.at(-1)).join('\n'))
      assert.ok(lines.length < 130 && shown.includes(`function ${name}(`), `${lines.length} lines`)
    })
  }

  it('is linked from each page under an address that browsers keep for a year', async (t) => {
    const { request } = await startApp(t)
    for (const url of ['/', ...pages.map(({ url }) => url)]) {
      const { text } = await request.get(url).expect(200)
      const link = linksIn(text).find((each) => each.startsWith('/source') && !each.includes('#')) ?? ''
      const { headers } = await request.get(link).expect(200)
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable', link)
    }
  })

  it('is not kept under the address of another version, or of none', async (t) => {
    const { request } = await startApp(t)
    for (const query of ['', '?v=0123456789abcdef', '?v=a&v=b']) {
      await request.get(`/source${query}`).expect(200).expect('Cache-Control', 'private, no-cache')
    }
  })

  it('links the lines in the repository, if there is one', async (t) => {
    const { app, request } = await startApp(t)
    const file = 'src/azure/connect.ts'
    const without = await request.get('/source').expect(200)
    assert.doesNotMatch(without.text, /The whole file/)

    app.locals.project = { repository: 'https://github.com/owner/name' }
    const { text } = await request.get('/source').expect(200)

    const [link = ''] = linksIn(text).filter((each) => each.includes(file))
    assert.match(link, /^https:\/\/github\.com\/owner\/name\/blob\/HEAD\/src\/azure\/connect\.ts#L\d+-L\d+$/)
  })
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
