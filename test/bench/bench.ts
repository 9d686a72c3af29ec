// What the built site costs, beside a bare server and a naive one on the same local cloud: `npm run bench -- --help`. A shared
// machine makes times meaningless; CPU times within one run can be compared.
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startLocalCloud } from 'local-cloud'
import { seed } from '../../infra/seed-local-cloud.ts'
import { cases, largeBytes } from './cases.ts'
import { type Environment, type Measured, measureCase } from './measure.ts'
import { type Results, tables } from './report.ts'
import { measureStart } from './start.ts'
import { measureTelemetry } from './telemetry.ts'

const usage = `Usage: npm run bench -- [options]

  --only <text>        only the measures whose name contains the text; "start" and "telemetry" are two
  --rounds <number>    how many rounds, 5 by default
  --json               prints JSON instead of tables
  --save <file>        saves the results as JSON
  --compare <file>     shows the ratios of saved results too
  --site <folder>      another build of the site than dist/
`
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    json: { type: 'boolean' },
    save: { type: 'string' },
    compare: { type: 'string' },
    site: { type: 'string', default: 'dist' },
    help: { type: 'boolean' },
  },
})
if (options.help) {
  process.stdout.write(usage)
  process.exit()
}

const earlier = options.compare ? (JSON.parse(await readFile(options.compare, 'utf8')) as Results) : undefined
const cloud = await startLocalCloud({ seed })
const environment: Environment = { cloud, rounds: Number(options.rounds), dist: resolve(options.site) }
try {
  const results = await measureAll()
  const json = `${JSON.stringify(results, null, 2)}\n`
  if (options.save) await writeFile(options.save, json)
  process.stdout.write(options.json ? json : tables(results, earlier))
} finally {
  await cloud.close()
}

async function measureAll(): Promise<Results> {
  await storeDocuments()
  const measured: Measured[] = []
  for (const each of cases.filter(({ name }) => name.includes(options.only))) {
    process.stderr.write(`${each.name}\n`)
    measured.push(...(await measureCase(each, environment)))
  }
  const start = 'start'.includes(options.only) ? await measureStart(environment) : []
  const telemetry = 'telemetry'.includes(options.only) ? await measureTelemetry(environment) : []
  return { node: process.version, measured, start, telemetry }
}

/** A hundred small documents and a large one: as many as a page lists, those of the seed included. */
async function storeDocuments(): Promise<void> {
  const numbers = Array.from({ length: 100 }, (_, index) => String(index).padStart(3, '0'))
  await Promise.all(numbers.map((number) => cloud.blobs.put(`reports/${number}.txt`, `Report ${number}`)))
  await cloud.blobs.put('small.txt', 'A small document.\n'.repeat(200), { contentType: 'text/plain' })
  await cloud.blobs.put('large.bin', Buffer.alloc(largeBytes))
}
