// Prints what another terminal needs to use the local cloud that runs, as with `npm run dev`.
import { parseArgs } from 'node:util'
import { findRunning, type RunningCloud } from './running.ts'

const usage = `Usage: node local-cloud/env.ts [--bash | --powershell | --token]

Without an option it prints all of it for people to read. With --bash or --powershell it prints the lines that set the
environment, with --token a token of the administrator of Azure SQL, and nothing else.`

/** What each option prints. */
const formats = {
  all: everything,
  bash: ({ env }: RunningCloud) =>
    lines(env, (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'`),
  powershell: ({ env }: RunningCloud) =>
    lines(env, (name, value) => `$env:${name} = '${value.replaceAll("'", "''")}'`),
  token: ({ token }: RunningCloud) => token,
}

const format = readFormat()
const cloud = format && (await findRunning())
if (!format) {
  console.error(usage)
  process.exitCode = 2
} else if (!cloud) {
  console.error('No local cloud is running. Start one in another terminal: npm run dev')
  process.exitCode = 1
} else {
  console.log(formats[format](cloud))
}

function readFormat(): keyof typeof formats | undefined {
  const flag = { type: 'boolean' } as const
  try {
    const { values } = parseArgs({ options: { bash: flag, powershell: flag, token: flag } })
    const [format = 'all', ...others] = Object.keys(values) as (keyof typeof formats)[]
    return others.length === 0 ? format : undefined
  } catch {
    return undefined
  }
}

function everything(cloud: RunningCloud): string {
  const { endpoints, database, certificateAuthority, token } = cloud
  return `The local cloud of process ${cloud.pid}

  identity     ${endpoints.identity}
  blobs        ${endpoints.blobs}
  vault        ${endpoints.vault}
  sql          ${endpoints.sql}, database ${database}
  certificate  ${certificateAuthority}

The environment, for bash (npm run --silent dev:env -- --bash) and the like:

${formats.bash(cloud)}

The same for PowerShell (npm run --silent dev:env -- --powershell):

${formats.powershell(cloud)}

A token of the administrator of Azure SQL, good for half an hour and more (npm run --silent dev:env -- --token):

${token}`
}

function lines(env: Record<string, string>, line: (name: string, value: string) => string): string {
  return Object.entries(env)
    .map(([name, value]) => line(name, value))
    .join('\n')
}
