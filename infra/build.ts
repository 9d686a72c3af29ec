// Compiles and lints the template with the official Bicep CLI, where there is one: `npm run infra:build`.
// It is stricter than azd, which compiles with infra/bicepconfig.json: an error that comes with the calendar belongs here,
// or it would stop somebody's `azd up` one day.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const calendarRules = { 'use-recent-api-versions': { level: 'error' } }

const template = 'infra/main.bicep'
const root = mkdtempSync(join(tmpdir(), 'infra-build-'))
process.on('exit', () => rmSync(root, { recursive: true, force: true }))
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
  say(clean ? `${[command, ...args].join(' ')}: no finding` : stderr.replaceAll(join(root, '/'), ''))
  if (!clean) process.exitCode = 1
}

// Bicep takes the bicepconfig.json that lies nearest to a file.
function copyTemplate() {
  const infra = join(root, 'infra')
  cpSync(fileURLToPath(new URL('.', import.meta.url)), infra, { recursive: true })
  const path = join(infra, 'bicepconfig.json')
  const config = JSON.parse(readFileSync(path, 'utf8'))
  Object.assign(config.analyzers.core.rules, calendarRules)
  writeFileSync(path, JSON.stringify(config))
}

function answers(command: string, ...args: string[]): boolean {
  return run(command, args).status === 0
}

function run(command: string, args: string[]) {
  // On Windows, az is a batch file, which needs a shell.
  const shell = process.platform === 'win32'
  return spawnSync(command, args, { cwd: root, shell, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

function say(text: string) {
  process.stdout.write(`${text.trimEnd()}\n`)
}
