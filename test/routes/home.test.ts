import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { projectOf } from '../../src/project.ts'
import { linksIn, textOf } from '../support/html.ts'
import { pages, startApp } from '../support/start-app.ts'

describe('GET /', () => {
  it('links every page of the site', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/').expect(200).expect('Content-Type', /html/)

    for (const { url } of pages) {
      assert.match(response.text, new RegExp(`<a href="${url}"`))
    }
  })

  it('says what the identity may do on each service, and leads to the code that does it', async (t) => {
    const { request } = await startApp(t)

    const { text } = await request.get('/').expect(200)

    const words = textOf(text)
    assert.match(words, /It may also publish metrics .* and nothing else\./)
    for (const { url, access, sources } of pages) {
      assert.ok(words.includes(`${access.service} Role ${access.role} Granted on ${access.scope}`))
      const [file = ''] = sources.at(-1)?.split('#') ?? []
      const link = linksIn(text).find(
        (each) => each.startsWith(`/source${url}?`) && each.endsWith(`#${file}`),
      )
      assert.ok(link, file)
    }
  })

  it('tells in a picture and in words where a secret would have been', async (t) => {
    const { request } = await startApp(t)

    const { text } = await request.get('/').expect(200)

    const [svg = ''] = /<svg[\s\S]*<\/svg>/.exec(text) ?? []
    assert.match(svg, /role="img" aria-labelledby="diagram-title diagram-text"/)
    const [, description = ''] = /<desc id="diagram-text">([\s\S]*?)<\/desc>/.exec(svg) ?? []
    for (const secret of ['connection string', 'account key', 'client secret', 'password']) {
      assert.ok(textOf(description).includes(secret), secret)
      assert.match(svg, new RegExp(`<text[^>]*>${secret}</text>`))
    }
  })

  it('says how to run it, how long that takes, what it costs and under which license', async (t) => {
    const { request } = await startApp(t)

    const words = textOf((await request.get('/').expect(200)).text)

    assert.match(words, /npm ci npm run dev .* npm ci azd auth login azd up Takes 10 to 15 minutes/)
    assert.match(words, /under the MIT license/)
    assert.doesNotMatch(words, /azd init|Repository/)
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')
    for (const number of [
      '10 to 15 minutes',
      '13 US dollars a month',
      'billed by the hour',
      'azd down --purge',
    ]) {
      assert.ok(words.includes(number) && readme.replaceAll(/\s+/g, ' ').includes(number), number)
    }
  })

  it('names the repository and the template for azd, if package.json has one', async (t) => {
    const { app, request } = await startApp(t)
    app.locals.project = projectOf({ repository: 'owner/name' })

    const { text } = await request.get('/').expect(200)

    assert.match(text, /azd init --template owner\/name\n/)
    assert.equal(linksIn(text).filter((link) => link === 'https://github.com/owner/name').length, 2)
  })

  it('says on the local cloud that it runs there, and does not speak of App Service', async (t) => {
    const { request } = await startApp(t)
    for (const url of ['/', '/readyz', ...pages.map(({ url }) => url)]) {
      const { text } = await request.get(url).set('Accept', 'text/html').expect(200)
      assert.match(text, /This site runs on the local cloud/, url)
      assert.doesNotMatch(text, /App Service/, url)
    }
  })

  it('says on App Service that it runs there, and does not speak of the local cloud', async (t) => {
    const { request } = await startApp(t, {}, { WEBSITE_SITE_NAME: 'my-site' })
    const { text } = await request.get('/').expect(200)
    assert.match(text, /<text[^>]*>App Service<\/text>/)
    assert.match(text, /runs on Azure App Service/)
    assert.doesNotMatch(text, /local cloud|emulated on this machine/)
  })

  it('lists the pages as JSON', async (t) => {
    const { request } = await startApp(t)

    const response = await request.get('/').set('Accept', 'application/json').expect(200)

    assert.deepEqual(
      response.body.pages.map(({ url }: { url: string }) => url),
      [...pages.map(({ url }) => url), '/readyz'],
    )
  })

  it('asks nothing of Azure', async (t) => {
    const { cloud, request } = await startApp(t)
    const before = cloud.identity.requests.length + cloud.blobs.requests.length + cloud.vault.requests.length

    await request.get('/').expect(200)

    const after = cloud.identity.requests.length + cloud.blobs.requests.length + cloud.vault.requests.length
    assert.equal(after, before)
  })
})
