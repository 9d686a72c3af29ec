// The load: requests over kept connections, from a thread of its own, so that the local cloud does not delay them.
import { Agent, get } from 'node:http'
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

export interface Load {
  url: string
  headers: Record<string, string>
  /** How many requests in all. */
  requests: number
  /** How many of them at the same time. */
  connections: number
}

export interface LoadResult {
  milliseconds: number
  bytes: number
  /** Milliseconds until the first byte, and until the last. */
  firstByte: Percentiles
  lastByte: Percentiles
}

export interface Percentiles {
  p50: number
  p99: number
}

/** Sends the requests from a thread. Fails when a response has another status than 200, or breaks. */
export function runLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load })
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

if (!isMainThread && parentPort) parentPort.postMessage(await send(workerData as Load))

async function send({ url, headers, requests, connections }: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const firstByte = createHistogram()
  const lastByte = createHistogram()
  let left = requests
  let bytes = 0

  async function visitor(_: unknown, index: number): Promise<void> {
    // As App Service's front end adds it. Each visitor is a client of its own, for a client may have a few downloads running only.
    const ownHeaders = { ...headers, 'X-Forwarded-For': `203.0.113.${index + 1}:50000` }
    while (left > 0) {
      left -= 1
      const received = await request(url, { headers: ownHeaders, agent }, firstByte, lastByte)
      bytes += received
    }
  }

  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, visitor))
  const milliseconds = performance.now() - started
  agent.destroy()
  return { milliseconds, bytes, firstByte: percentilesOf(firstByte), lastByte: percentilesOf(lastByte) }
}

function request(
  url: string,
  options: { headers: Record<string, string>; agent: Agent },
  firstByte: RecordableHistogram,
  lastByte: RecordableHistogram,
): Promise<number> {
  const started = performance.now()
  const elapsed = () => Math.max(1, Math.round((performance.now() - started) * 1000))
  return new Promise((resolve, reject) => {
    get(url, options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}.`))
      let bytes = 0
      firstByte.record(elapsed())
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('error', reject)
      response.on('end', () => {
        lastByte.record(elapsed())
        resolve(bytes)
      })
    }).on('error', reject)
  })
}

function percentilesOf(histogram: RecordableHistogram): Percentiles {
  return { p50: histogram.percentile(50) / 1000, p99: histogram.percentile(99) / 1000 }
}
