// Compiles and lints the template with the official Bicep CLI, where there is one: `npm run infra:build`.
import { spawnSync } from 'node:child_process'

const template = 'infra/main.bicep'

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
  say(clean ? `${[command, ...args].join(' ')}: no finding` : stderr)
  if (!clean) process.exitCode = 1
}

function answers(command: string, ...args: string[]): boolean {
  return run(command, args).status === 0
}

function run(command: string, args: string[]) {
  const root = new URL('..', import.meta.url)
  // On Windows, az is a batch file, which needs a shell.
  const shell = process.platform === 'win32'
  return spawnSync(command, args, { cwd: root, shell, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
}

function say(text: string) {
  process.stdout.write(`${text.trimEnd()}\n`)
}
