// A copy of the project, to be changed as a new user would. Git keeps count of what was touched.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join, relative } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))
const leftOut = new Set([
  '.git',
  '.azure',
  '.env',
  'dist',
  'node_modules',
  join('test', 'e2e', 'screenshots'),
])

export type Copy = Awaited<ReturnType<typeof copyProject>>

/** Copies the project, without what git ignores, into a folder that goes with the test. */
export async function copyProject(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'keyless-starter-'))
  t.after(() => rm(folder, { recursive: true }))
  await cp(project, folder, {
    recursive: true,
    filter: (source) => !leftOut.has(relative(project, source)),
  })
  await linkPackages(folder)
  const run = (command: string, ...args: string[]) => runIn(folder, command, args)
  await run('git', 'init', '--quiet')
  await run('git', 'add', '--all')

  async function edit(path: string, change: (content: string) => string): Promise<void> {
    const file = join(folder, path)
    await writeFile(file, change(await readFile(file, 'utf8')))
  }

  return {
    run,
    /** Copies the files of a folder of the project over the copy, except for what explains them. */
    add: (from: string) =>
      cp(join(folder, from), folder, {
        recursive: true,
        filter: (source) => !source.endsWith('README.md'),
      }),
    async remove(...paths: string[]): Promise<void> {
      for (const path of paths) await rm(join(folder, path))
    },
    /** Replaces texts that each stand in the file exactly once. */
    async replace(path: string, ...replacements: [text: string, by: string][]): Promise<void> {
      for (const [text, by] of replacements)
        await edit(path, (content) => replaceOnce(content, text, by, path))
    },
    /** Removes each line that contains one of these texts, which stand in one line each. */
    async removeLines(path: string, ...texts: string[]): Promise<void> {
      for (const text of texts) await edit(path, (content) => withoutLine(content, text, path))
    },
    /** Removes what begins with one text and ends before another one. */
    async removeBlock(path: string, from: string, to: string): Promise<void> {
      await edit(path, (content) => {
        const [begin, end] = [content.indexOf(from), content.indexOf(to, content.indexOf(from) + from.length)]
        assert.ok(begin >= 0 && end > begin, `${path} has no block from ${from} to ${to}`)
        return content.slice(0, begin) + content.slice(end)
      })
    },
    /** The files that were added, changed and deleted since the copy was made. */
    async touched() {
      const list = async (...args: string[]) => (await run('git', ...args)).split('\n').filter(Boolean)
      return {
        added: await list('ls-files', '--others', '--exclude-standard'),
        changed: await list('diff', '--name-only', '--diff-filter=M'),
        deleted: await list('diff', '--name-only', '--diff-filter=D'),
      }
    },
    /** How many lines one file has gained and lost. */
    async changedLines(path: string) {
      const [gained, lost] = (await run('git', 'diff', '--numstat', '--', path)).split('\t').map(Number)
      return { gained, lost }
    },
  }
}

/** Every package by a link, and the project's own workspace as the one of the copy. */
async function linkPackages(folder: string): Promise<void> {
  const packages = join(project, 'node_modules')
  const links = join(folder, 'node_modules')
  await mkdir(links)
  for (const name of await readdir(packages)) {
    await symlink(
      name === 'local-cloud' ? join('..', name) : join(packages, name),
      join(links, name),
      'junction',
    )
  }
}

/** Runs a program to its end, and fails with what it has printed. */
async function runIn(cwd: string, command: string, args: string[]): Promise<string> {
  // With the first of them, a test runner that is started by a test would run nothing.
  const { NODE_TEST_CONTEXT: _, GIT_DIR: __, PATH, ...inherited } = process.env
  const env = { ...inherited, PATH: [join(cwd, 'node_modules', '.bin'), PATH].join(delimiter) }
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  assert.equal(code, 0, `${command} ${args.join(' ')}\n${stdout.slice(-8_000)}${stderr.slice(-2_000)}`)
  return stdout
}

function replaceOnce(content: string, text: string, by: string, path: string): string {
  const parts = content.split(text)
  assert.equal(parts.length, 2, `${path} has ${parts.length - 1} times: ${text}`)
  return parts.join(by)
}

function withoutLine(content: string, text: string, path: string): string {
  const lines = content.split('\n')
  const found = lines.filter((line) => line.includes(text))
  assert.equal(found.length, 1, `${path} has ${found.length} lines with: ${text}`)
  return lines.filter((line) => line !== found[0]).join('\n')
}
