import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createSourceCode } from '../../src/view-models/source-code.ts'

describe('createSourceCode', () => {
  it('gives a file as HTML with its parts marked, and reads it once', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'source-'))
    t.after(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'a.ts'), 'return a < b && \'<b>\' // "why"\n')
    const sourceCode = createSourceCode(folder)

    const html = sourceCode('a.ts')
    await writeFile(join(folder, 'a.ts'), 'changed')

    assert.equal(sourceCode('a.ts'), html)
    assert.match(html, /^<span class="hljs-keyword">return<\/span> a &lt; b &amp;&amp; /)
    assert.match(html, /<span class="hljs-string">&#x27;&lt;b&gt;&#x27;<\/span>/)
    assert.match(html, /<span class="hljs-comment">\/\/ &quot;why&quot;<\/span>$/)
  })
})
