// Compiles and lints the template with the official Bicep CLI, where there is one: `npm run infra:build`.
// It is stricter than azd, which compiles with infra/bicepconfig.json: an error that comes with the calendar belongs here,
// or it would stop somebody's `azd up` one day.
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { spawnSync } from '@azure/core-process'

const calendarRules = { 'use-recent-api-versions': { level: 'error' } }

const template = 'infra/main.bicep'
// Without links and short names, as Bicep prints it.
const root = realpathSync.native(mkdtempSync(join(tmpdir(), 'infra-build-')))
process.on('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
copyTemplate()

const calls = answers('bicep', '--version')
  ? [
      ['bicep', 'build', template, '--stdout'],
      ['bicep', 'lint', template],
    ]
  : answers('az', 'bicep', 'version')
    ? [
        ['az', 'bicep', 'build', '--file', template, '--stdout'],
        ['az', 'bicep', 'lint', '--file', template],
      ]
    : []

if (calls.length === 0) {
  say(`Not compiled: found neither bicep nor az bicep. npm test still reads ${template} and its modules.`)
}

for (const [command = '', ...args] of calls) {
  const { status, stderr } = run(command, args)
  // A warning leaves the exit code 0, and is no less a finding.
  const clean = status === 0 && !/: (Warning|Error) /.test(stderr)
  say(clean ? `${[command, ...args].join(' ')}: no finding` : stderr.replaceAll(`${root}${sep}`, ''))
  if (!clean) process.exitCode = 1
}

// Bicep takes the bicepconfig.json that lies nearest to a file.
function copyTemplate() {
  const infra = join(root, 'infra')
  // With a filter, Node.js copies file by file; otherwise it ends on Windows at names such as those of the sample data:
  // https://github.com/nodejs/node/issues/61878
  const filter = (source: string) => basename(source) !== 'sample-data'
  cpSync(fileURLToPath(new URL('.', import.meta.url)), infra, { recursive: true, filter })
  const path = join(infra, 'bicepconfig.json')
  const config = JSON.parse(readFileSync(path, 'utf8'))
  Object.assign(config.analyzers.core.rules, calendarRules)
  writeFileSync(path, JSON.stringify(config))
}

function answers(command: string, ...args: string[]): boolean {
  try {
    return run(command, args).status === 0
  } catch {
    return false
  }
}

function run(command: string, args: string[]) {
  return spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // As az is on Windows.
    allowWindowsBatchFiles: true,
  })
}

function say(text: string) {
  process.stdout.write(`${text.trimEnd()}\n`)
}
