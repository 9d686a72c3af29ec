// What telemetry costs when it is on, and when it is on and cannot be sent: the same site beside itself without it.
import { join } from 'node:path'
import { readBundles, startEntries } from '../support/bundles.ts'
import { runLoad } from './load.ts'
import { type Environment, median } from './measure.ts'
import { type ServerProcess, startServer, type Usage } from './server-process.ts'

const states = ['off', 'on', 'on, endpoint hangs'] as const
const paths = ['/healthz', '/secret', '/products']
const requests = 500
const MIB = 1024 * 1024

export interface TelemetryCost {
  telemetry: (typeof states)[number]
  /** What is loaded of `dist/`. */
  bundleKiB: number
  /** CPU time and memory of a process that has started. */
  startCpuMs: number
  startRssMiB: number
  /** CPU time per request, by path. */
  cpuMs: Record<string, number>
  /** The highest of all rounds. */
  peakRssMiB: number
}

interface Contender {
  server: ServerProcess
  starts: Usage[]
  cpuMs: Record<string, number[]>
  peakRss: number
}

/** Measures the three in turn. */
export async function measureTelemetry(environment: Environment): Promise<TelemetryCost[]> {
  const contenders = new Map<string, Contender>()
  for (const state of states) contenders.set(state, await start(state, environment))
  for (let round = 0; round < environment.rounds; round += 1) {
    for (const [state, contender] of contenders) {
      environment.cloud.telemetry.faults.clear()
      if (state === 'on, endpoint hangs') environment.cloud.telemetry.faults.hangNext({ times: Infinity })
      for (const path of paths) await runRound(contender, path)
    }
  }
  for (const { server } of contenders.values()) await server.stop()
  return Promise.all(states.map((state) => costOf(state, contenders.get(state) as Contender, environment)))
}

async function start(state: string, { cloud, dist, rounds }: Environment): Promise<Contender> {
  const on = { APPLICATIONINSIGHTS_CONNECTION_STRING: cloud.telemetry.connectionString }
  const env = { ...cloud.env, RATE_LIMIT_PER_MINUTE: '10000000', ...(state !== 'off' && on) }
  const starts: Usage[] = []
  for (let round = 1; round < rounds; round += 1) {
    const server = await startServer(join(dist, 'server.js'), env)
    starts.push(await server.usage())
    await server.stop()
  }
  const server = await startServer(join(dist, 'server.js'), env)
  // Until V8 has compiled what it compiles after many calls.
  for (const path of paths) await load(server, path)
  return { server, starts, cpuMs: Object.fromEntries(paths.map((path) => [path, []])), peakRss: 0 }
}

async function runRound(contender: Contender, path: string): Promise<void> {
  const before = await contender.server.usage()
  await load(contender.server, path)
  const after = await contender.server.usage()
  contender.cpuMs[path]?.push((after.cpuMs - before.cpuMs) / requests)
  contender.peakRss = Math.max(contender.peakRss, after.peakRss)
}

function load({ origin }: ServerProcess, path: string) {
  return runLoad({ url: origin + path, headers: { Accept: 'application/json' }, requests, connections: 4 })
}

async function costOf(
  telemetry: TelemetryCost['telemetry'],
  contender: Contender,
  { dist }: Environment,
): Promise<TelemetryCost> {
  const bundles = await readBundles(
    dist,
    telemetry === 'off' ? startEntries : [...startEntries, 'telemetry.js'],
  )
  return {
    telemetry,
    bundleKiB: Math.round(bundles.reduce((sum, bundle) => sum + Buffer.byteLength(bundle), 0) / 1024),
    startCpuMs: median(contender.starts.map(({ cpuMs }) => cpuMs)),
    startRssMiB: median(contender.starts.map(({ peakRss }) => peakRss)) / MIB,
    cpuMs: Object.fromEntries(Object.entries(contender.cpuMs).map(([path, each]) => [path, median(each)])),
    peakRssMiB: contender.peakRss / MIB,
  }
}
