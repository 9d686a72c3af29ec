import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { highlight } from '../../src/pages/source-code.ts'

describe('highlight', () => {
  const cases: [code: string, html: string][] = [
    ['a < b && c', 'a &lt; b &amp;&amp; c'],
    [
      "f('it\\'s') // \"no string",
      'f(<span class="string">\'it\\\'s\'</span>) <span class="comment">// "no string</span>',
    ],
    ['return x', '<span class="keyword">return</span> x'],
    ['returned', 'returned'],
    ["'https://x' + y", '<span class="string">\'https://x\'</span> + y'],
    ['= /["/]`/.test(x)', '= <span class="pattern">/["/]`/</span>.test(x)'],
    ['a / b / c', 'a / b / c'],
    ['`<b>`', '<span class="string">`&lt;b&gt;`</span>'],
  ]
  for (const [code, html] of cases) it(`marks ${code}`, () => assert.equal(highlight(code), html))
})
