// How long the site takes from the start of its process to the first 200 on /healthz.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LocalCloud } from 'local-cloud'
import { type Environment, median } from './measure.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const ways = ['source files', 'bundle', 'bundle, warm cache'] as const

export interface Start {
  way: (typeof ways)[number]
  milliseconds: number
  /** Time compared with the source files in the same round. */
  ratio: number
}

/** Starts the source files, the bundle, and the bundle with the compile cache of an earlier start, in turn. */
export async function measureStart({ cloud, rounds, dist }: Environment): Promise<Start[]> {
  const bundle = join(dist, 'server.js')
  const warm = await mkdtemp(join(tmpdir(), 'keyless-bench-'))
  const times = ways.map(() => [] as number[])
  await timeToHealthy(bundle, cloud, warm)
  for (let round = 0; round < rounds; round += 1) {
    const cold = await mkdtemp(join(tmpdir(), 'keyless-bench-'))
    times[0]?.push(await timeToHealthy('src/server.ts', cloud, cold))
    times[1]?.push(await timeToHealthy(bundle, cloud, cold))
    times[2]?.push(await timeToHealthy(bundle, cloud, warm))
    await rm(cold, { recursive: true })
  }
  await rm(warm, { recursive: true })
  return ways.map((way, index) => ({
    way,
    milliseconds: median(times[index] ?? []),
    ratio: median((times[index] ?? []).map((time, round) => time / (times[0]?.[round] ?? Number.NaN))),
  }))
}

async function timeToHealthy(file: string, cloud: LocalCloud, temporary: string): Promise<number> {
  const started = performance.now()
  const site = spawn(process.execPath, [file], {
    cwd: project,
    // The compile cache is in the temporary folder.
    env: { ...cloud.env, PORT: '0', TMPDIR: temporary, TEMP: temporary, TMP: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of site.stdout) {
    output += chunk
    const origin = /listening on (http:\/\/localhost:\d+)/.exec(output)?.[1]
    if (!origin) continue
    const { status } = await fetch(`${origin}/healthz`)
    if (status !== 200) throw new Error(`/healthz answered ${status}.`)
    break
  }
  const milliseconds = performance.now() - started
  const exited = once(site, 'exit')
  site.kill('SIGTERM')
  await exited
  return milliseconds
}
