import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { readSource } from '../../src/view-models/source-code.ts'

describe('readSource', () => {
  it('gives a file as HTML with its parts marked', async (t) => {
    const folder = await folderWith(t, 'return a < b && \'<b>\' // "why"\n')

    const { html, ...rest } = readSource(folder, 'a.ts')

    assert.deepEqual(rest, { file: 'a.ts', first: 1, last: 1 })
    assert.match(html, /^<span class="hljs-keyword">return<\/span> a &lt; b &amp;&amp; /)
    assert.match(html, /<span class="hljs-string">&#x27;&lt;b&gt;&#x27;<\/span>/)
    assert.match(html, /<span class="hljs-comment">\/\/ &quot;why&quot;<\/span>$/)
  })

  const code = `import a from 'a'

/**
 * Adds one.
 */
export async function addOne(
  n: number,
) {
  if (n) {
    return n + 1
  }
}

function addOneMore() {
}
`
  it('gives one function with the comment above it', async (t) => {
    const { first, last } = readSource(await folderWith(t, code), 'a.ts#addOne')
    assert.deepEqual([first, last], [3, 12])
  })

  it('tells a function from one whose name begins like its own', async (t) => {
    const { first, last } = readSource(await folderWith(t, code), 'a.ts#addOneMore')
    assert.deepEqual([first, last], [14, 15])
  })

  it('fails for a function that is not there', async (t) => {
    const folder = await folderWith(t, code)
    assert.throws(() => readSource(folder, 'a.ts#add'), /a\.ts has no function add\./)
  })
})

async function folderWith(t: TestContext, code: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'source-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'a.ts'), code)
  return folder
}
