// The results as tables, and compared with those of an earlier run.
import type { Measured } from './measure.ts'
import type { RequestCounts } from './requests.ts'
import type { Start } from './start.ts'
import type { TelemetryCost } from './telemetry.ts'

export interface Results {
  node: string
  measured: Measured[]
  start: Start[]
  telemetry: TelemetryCost[]
}

type Table = Record<string, string>[]

/**
 * Writes the results as tables in Markdown. Of an earlier run they show the ratios: the times of two runs cannot be compared,
 * because a machine is busier at one time than at another.
 */
export function tables({ measured, start, telemetry }: Results, earlier?: Results): string {
  return [load(measured, earlier), firstRequests(measured), starts(start, earlier), telemetryCosts(telemetry)]
    .filter((rows) => rows.length > 0)
    .map(markdown)
    .join('\n')
}

function load(measured: Measured[], earlier: Results | undefined): Table {
  return measured.map((row) => ({
    Measure: row.case,
    Server: row.server,
    'CPU, ms': digits(row.cpuMs),
    'Ratio to bare': digits(row.ratio),
    ...(earlier && { 'Ratio before': digits(earlier.measured.find((each) => isSame(each, row))?.ratio) }),
    'Requests/s': digits(row.requestsPerSecond),
    'p50, ms': digits(row.lastByte.p50),
    'p99, ms': digits(row.lastByte.p99),
    'First byte, ms': digits(row.firstByte.p50),
    'Peak, MiB': Math.round(row.peakRssMiB).toString(),
    'Requests to Azure': countsOf(row.requests),
  }))
}

function firstRequests(measured: Measured[]): Table {
  return measured.map((row) => ({
    'First request': row.case,
    Server: row.server,
    ms: digits(row.cold.milliseconds),
    'CPU since the start, ms': digits(row.cold.cpuMs),
    'Requests to Azure': countsOf(row.cold.requests),
  }))
}

function starts(start: Start[], earlier: Results | undefined): Table {
  return start.map(({ way, milliseconds, ratio }) => ({
    Start: way,
    ms: digits(milliseconds),
    Ratio: digits(ratio),
    ...(earlier && { 'Ratio before': digits(earlier.start.find((each) => each.way === way)?.ratio) }),
  }))
}

function telemetryCosts(costs: TelemetryCost[]): Table {
  return costs.map(({ telemetry, bundleKiB, startCpuMs, startRssMiB, cpuMs, peakRssMiB }) => ({
    Telemetry: telemetry,
    'Bundle, KiB': bundleKiB.toString(),
    'CPU to start, ms': digits(startCpuMs),
    'Memory then, MiB': Math.round(startRssMiB).toString(),
    ...Object.fromEntries(Object.entries(cpuMs).map(([path, each]) => [`${path}, ms`, digits(each)])),
    'Peak, MiB': Math.round(peakRssMiB).toString(),
  }))
}

function isSame(one: Measured, other: Measured): boolean {
  return one.case === other.case && one.server === other.server
}

function countsOf(counts: RequestCounts): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0)
  return some.map(([service, count]) => `${digits(count)} ${service}`).join(', ') || 'none'
}

function digits(value: number | undefined): string {
  if (value === undefined) return ''
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function markdown(rows: Table): string {
  const titles = Object.keys(rows[0] ?? {})
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`
  const body = rows.map((row) => line(titles.map((title) => row[title] ?? ''))).join('')
  return line(titles) + line(titles.map(() => '---')) + body
}
