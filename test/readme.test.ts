// The documents name files, links and commands that exist.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import GithubSlugger from 'github-slugger'
import { switches } from 'local-cloud/switchboard/switches.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }

/** Made by a command, so not in the repository. */
const generated = ['dist/', '.azure/', 'node_modules/']

const documents = globSync('{*,docs/**/*,local-cloud/**/*}.md', { cwd: root, exclude: ['**/node_modules'] })

for (const document of documents) {
  const text = readFileSync(join(root, document), 'utf8')

  describe(document, () => {
    it('names files and folders that exist', () => {
      const exists = (path: string, from: string) => globSync(path, { cwd: join(root, from) }).length > 0
      const missing = pathsIn(text).filter((path) => !exists(path, '.') && !exists(path, dirname(document)))
      assert.deepEqual(missing, [])
    })

    it('links to files that exist', () => {
      const missing = relativeLinksIn(text).filter((link) => !existsSync(join(root, dirname(document), link)))
      assert.deepEqual(missing, [])
    })

    it('links to headings that exist', () => {
      const missing = anchorsIn(text).filter(([file, anchor]) => {
        const target = file ? join(root, dirname(document), file) : join(root, document)
        return !headingsIn(readFileSync(target, 'utf8')).includes(anchor)
      })
      assert.deepEqual(missing, [])
    })

    it('names npm scripts that exist', () => {
      assert.deepEqual(
        scriptsIn(text).filter((name) => !(name in scripts)),
        [],
      )
    })
  })
}

describe('the table of switches in docs/switchboard.md', () => {
  it('says what the switchboard says', () => {
    const [, table = ''] = readFileSync(join(root, 'docs/switchboard.md'), 'utf8').split('| Switch | ')
    const [rows = ''] = table.split('\n\n')

    const said = rows.split('\n').slice(2)
    assert.deepEqual(
      said.map((row) => row.replaceAll('`', '')),
      switches.map(({ name, effect, recovery }) => `| ${name} | ${effect} | ${recovery} |`),
    )
  })
})

describe('the search for paths, links and scripts', () => {
  const text = [
    'See `src/gone.ts` and `views`, not `/readyz`, `a/b` or `npm run gone`; [this](docs/gone.md#part), ![that](.github/gone.png), <img src="gone.png">.',
    '    src/none/            what is there',
    '    views/, public/      templates',
    '    npm ci && npm run none',
  ].join('\n')

  it('finds a path in backticks or at the start of a line of code', () => {
    assert.deepEqual(pathsIn(text), ['src/gone.ts', 'views', 'src/none/', 'views/', 'public/'])
  })

  it('finds anchors, as GitHub makes them of headings', () => {
    assert.deepEqual(anchorsIn(`${text} [here](#part)`), [
      ['docs/gone.md', 'part'],
      ['', 'part'],
    ])
    assert.deepEqual(headingsIn('# One\n## `Two`, and more\n## One'), ['one', 'two-and-more', 'one-1'])
  })

  it('finds relative links, and scripts anywhere', () => {
    assert.deepEqual(relativeLinksIn(text), ['docs/gone.md', '.github/gone.png', 'gone.png'])
    assert.deepEqual(scriptsIn(text), ['gone', 'none'])
  })
})

function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\s]+)`/g)].map(([, span = '']) => span)
  // The map of folders: one or more paths, then what they hold.
  const mapped = [...text.matchAll(/^ {4}((?:[\w.-]+\/[\w./-]*(?:, )?)+) {2,}\w/gm)].flatMap(
    ([, paths = '']) => paths.split(', '),
  )
  return [...spans.filter(isPath), ...mapped].filter((path) => !generated.includes(path))
}

/** A path begins with a file or folder of the repository's root, or ends as a source file does. */
function isPath(span: string): boolean {
  const [first = ''] = span.split('/')
  if (span.includes('<') || span.includes(':')) return false
  return (
    (first !== '' && existsSync(join(root, first))) ||
    /^[\w-]+(\/[\w.-]+)*\.(ts|bicep|md|ejs|yml)$/.test(span)
  )
}

function relativeLinksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)|\bsrc(?:set)?="([^"]+)"/g)]
    .map(([, link, source]) => link ?? source ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
}

/** The headings that links name: each as a file, or '' for the same one, and the anchor in it. */
function anchorsIn(text: string): [file: string, anchor: string][] {
  return [...text.matchAll(/\]\(([\w./-]*)#([^)\s]+)\)/g)].map(([, file = '', anchor = '']) => [file, anchor])
}

/** The anchors that GitHub makes of a document's headings. */
function headingsIn(text: string): string[] {
  const slugger = new GithubSlugger()
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => slugger.slug(heading))
}

function scriptsIn(text: string): string[] {
  return [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
}
