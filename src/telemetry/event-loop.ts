// How long the event loop is kept from its work: https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'

const INTERVAL_MS = 20

type Delay = ReturnType<typeof monitorEventLoopDelay>

/** In nanoseconds. */
const statistics: Record<string, (delay: Delay) => number> = {
  min: ({ min }) => delayIn(min),
  max: ({ max }) => delayIn(max),
  mean: ({ mean }) => delayIn(mean),
  stddev: ({ stddev }) => stddev,
  p50: (delay) => delayIn(delay.percentile(50)),
  p90: (delay) => delayIn(delay.percentile(90)),
  p99: (delay) => delayIn(delay.percentile(99)),
}

/** Node.js measures from one sample to the next, so that the interval between them is a part of each value. */
function delayIn(nanoseconds: number): number {
  return Math.max(0, nanoseconds - INTERVAL_MS * 1e6)
}

/** Measures the delay and the utilization of the event loop. Returns a function that ends it. */
export function measureEventLoop(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: INTERVAL_MS })
  delay.enable()
  const gauges = Object.entries(statistics).map(([name, read]) => ({
    gauge: meter.createObservableGauge(`nodejs.eventloop.delay.${name}`, { unit: 's' }),
    seconds: () => read(delay) / 1e9,
  }))
  const utilization = meter.createObservableGauge('nodejs.eventloop.utilization', { unit: '1' })

  let before = performance.eventLoopUtilization()
  meter.addBatchObservableCallback(
    (result) => {
      if (delay.count > 0) for (const { gauge, seconds } of gauges) result.observe(gauge, seconds())
      delay.reset()
      const now = performance.eventLoopUtilization()
      result.observe(utilization, performance.eventLoopUtilization(now, before).utilization)
      before = now
    },
    [...gauges.map(({ gauge }) => gauge), utilization],
  )
  return () => void delay.disable()
}
