import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { projectOf } from '../../src/project.ts'

describe('the repository in package.json', () => {
  const github = 'https://github.com/owner/name'
  const forms: [repository: string | { url?: string } | undefined, address: string | undefined][] = [
    ['owner/name', github],
    ['github:owner/name', github],
    [{ url: 'git+https://github.com/owner/name.git' }, github],
    ['https://github.com/owner/name/', github],
    ['https://gitlab.com/group/sub/name.git', 'https://gitlab.com/group/sub/name'],
    ['git@github.com:owner/name.git', undefined],
    ['javascript:alert(1)', undefined],
    [{}, undefined],
    [undefined, undefined],
  ]
  for (const [repository, address] of forms) {
    it(`is ${address} when it says ${JSON.stringify(repository)}`, () => {
      assert.equal(projectOf(repository === undefined ? {} : { repository }).repository, address)
    })
  }

  it('is what azd takes as a template: a short form of GitHub, or an address', () => {
    assert.equal(projectOf({ repository: 'https://github.com/owner/name' }).template, 'owner/name')
    const elsewhere = 'https://gitlab.com/owner/name'
    assert.equal(projectOf({ repository: elsewhere }).template, elsewhere)
    assert.equal(projectOf({}).template, undefined)
  })
})
