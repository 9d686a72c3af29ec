// Measures one case: rounds in which the servers take turns, so that what else the machine does meets all of them.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LocalCloud } from 'local-cloud'
import type { Case, ServerName } from './cases.ts'
import { type Load, type Percentiles, runLoad } from './load.ts'
import { countRequests, type RequestCounts } from './requests.ts'
import { type ServerProcess, startServer } from './server-process.ts'

const MIB = 1024 * 1024
const files: Record<Exclude<ServerName, 'site'>, string> = {
  bare: fileURLToPath(new URL('servers/bare.ts', import.meta.url)),
  naive: fileURLToPath(new URL('servers/naive.ts', import.meta.url)),
}

/** The medians of all rounds. Times are in milliseconds. */
export interface Measured {
  case: string
  server: ServerName
  /** CPU time per request. */
  cpuMs: number
  /** CPU time compared with the bare server in the same round. */
  ratio?: number
  requestsPerSecond: number
  lastByte: Percentiles
  firstByte: Percentiles
  peakRssMiB: number
  bytesPerRequest: number
  /** Requests to the services for one request. */
  requests: RequestCounts
  cold: FirstRequest
}

/** The first request of a process, and the CPU time since its start. */
interface FirstRequest {
  milliseconds: number
  cpuMs: number
  requests: RequestCounts
}

interface Round extends Omit<Measured, 'case' | 'server' | 'ratio' | 'cold'> {}

/** A server in turn with others. Its process starts when it is first needed. */
interface Contender {
  name: ServerName
  load: Omit<Load, 'url'>
  process?: ServerProcess
  cold?: FirstRequest
  rounds: Round[]
}

export interface Environment {
  cloud: LocalCloud
  rounds: number
  /** The folder of the built site. */
  dist: string
}

export async function measureCase(measured: Case, environment: Environment): Promise<Measured[]> {
  const { cloud } = environment
  const rounds = measured.large ? Math.ceil(environment.rounds / 2) : environment.rounds
  const contenders = measured.servers.map(
    (name): Contender => ({ name, load: loadOf(measured, name), rounds: [] }),
  )
  for (let round = 0; round < rounds; round += 1) {
    // Another server begins each round.
    const first = round % contenders.length
    for (const contender of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const server = contender.process ?? (await start(contender, measured, environment))
      contender.rounds.push(await runRound(server, measured, contender, cloud))
      if (measured.large) await stop(contender)
    }
  }
  for (const contender of contenders) await stop(contender)
  return results(measured, contenders)
}

async function start(
  contender: Contender,
  measured: Case,
  { cloud, dist }: Environment,
): Promise<ServerProcess> {
  const file = contender.name === 'site' ? join(dist, 'server.js') : files[contender.name]
  // As deployed: the number of requests of a client is limited, here to more than the load.
  const server = await startServer(file, { ...cloud.env, RATE_LIMIT_PER_MINUTE: '10000000' })
  contender.process = server
  contender.cold = await firstRequest(server, measured, contender, cloud)
  // Until V8 has compiled what it compiles after many calls. Its compiler's threads count as CPU time of the process.
  const { load } = contender
  const warmUp = {
    ...load,
    url: server.origin + pathOf(measured, contender.name),
    requests: 20 * load.requests,
  }
  if (!measured.large) await runLoad(warmUp)
  return server
}

async function stop(contender: Contender): Promise<void> {
  await contender.process?.stop()
  delete contender.process
}

function loadOf({ accept, requests, connections, large }: Case, server: ServerName): Omit<Load, 'url'> {
  return {
    headers: {
      Accept: accept,
      // As browsers and most clients send it.
      'Accept-Encoding': 'gzip, deflate, br',
    },
    // A naive server takes many times as long for each.
    requests: server === 'naive' && !large ? requests / 4 : requests,
    connections,
  }
}

function pathOf({ path, barePath }: Case, server: ServerName): string {
  return server === 'bare' && barePath ? barePath : path
}

async function firstRequest(
  server: ServerProcess,
  measured: Case,
  { name, load }: Contender,
  cloud: LocalCloud,
): Promise<FirstRequest> {
  const before = countRequests(cloud)
  const url = server.origin + (measured.large ? '/documents/small.txt' : pathOf(measured, name))
  const { milliseconds } = await runLoad({ ...load, url, requests: 1, connections: 1 })
  const { cpuMs } = await server.usage()
  return { milliseconds, cpuMs, requests: countRequests(cloud, before) }
}

async function runRound(
  server: ServerProcess,
  measured: Case,
  { name, load }: Contender,
  cloud: LocalCloud,
): Promise<Round> {
  const requestsBefore = countRequests(cloud)
  const before = await server.usage()
  const { milliseconds, bytes, ...percentiles } = await runLoad({
    ...load,
    url: server.origin + pathOf(measured, name),
  })
  const after = await server.usage()
  return {
    ...percentiles,
    cpuMs: (after.cpuMs - before.cpuMs) / load.requests,
    requestsPerSecond: (1000 * load.requests) / milliseconds,
    peakRssMiB: after.peakRss / MIB,
    bytesPerRequest: bytes / load.requests,
    requests: countRequests(cloud, requestsBefore, load.requests),
  }
}

function results(measured: Case, contenders: Contender[]): Measured[] {
  const bare = contenders.find(({ name }) => name === 'bare')
  return contenders.map(({ name, rounds, cold }) => {
    const medianOf = (value: (round: Round) => number) => median(rounds.map(value))
    const percentiles = (of: 'firstByte' | 'lastByte') => ({
      p50: medianOf((round) => round[of].p50),
      p99: medianOf((round) => round[of].p99),
    })
    const ratios = rounds.map(({ cpuMs }, round) => cpuMs / (bare?.rounds[round]?.cpuMs ?? Number.NaN))
    return {
      case: measured.name,
      server: name,
      cpuMs: medianOf(({ cpuMs }) => cpuMs),
      ...(bare && { ratio: median(ratios) }),
      requestsPerSecond: medianOf(({ requestsPerSecond }) => requestsPerSecond),
      lastByte: percentiles('lastByte'),
      firstByte: percentiles('firstByte'),
      peakRssMiB: medianOf(({ peakRssMiB }) => peakRssMiB),
      bytesPerRequest: medianOf(({ bytesPerRequest }) => bytesPerRequest),
      requests: rounds.at(-1)?.requests as RequestCounts,
      cold: cold as FirstRequest,
    }
  })
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
