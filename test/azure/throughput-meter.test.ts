import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { createThroughputMeter } from '../../src/azure/throughput-meter.ts'

const limits = { slowBytesPerSecond: 1000, slowMs: 5_000 }

describe('a reader', () => {
  it('is slow when it stops for longer than the time that is measured', async (t) => {
    const { meter, clock, take } = start(t)
    await take(0)
    clock.now += 5_000
    assert.equal(meter.lagMs(), 0)
    clock.now += 20
    assert.equal(meter.lagMs(), 20)
  })

  it('is slow when it takes less than the rate', async (t) => {
    const { meter, clock, take } = start(t)
    for (let second = 0; second < 6; second += 1) {
      await take(100)
      clock.now += 1_000
    }
    assert.ok(meter.lagMs() > 0)
  })

  it('is quick enough when bursts make up for pauses', async (t) => {
    const { meter, clock, take } = start(t)
    for (let burst = 0; burst < 10; burst += 1) {
      await take(4_000)
      clock.now += 4_000
      assert.equal(meter.lagMs(), 0)
    }
  })

  it('does not live on an early burst', async (t) => {
    const { meter, clock, take } = start(t)
    for (let burst = 0; burst < 10; burst += 1) await take(1_000_000)
    clock.now += 5_001
    assert.equal(meter.lagMs(), 1)
  })

  it('is forgiven an old pause once it reads again', async (t) => {
    const { meter, clock, take } = start(t)
    await take(0)
    clock.now += 600_000
    await take(1_000)
    clock.now += 999
    await take(1_000)
    clock.now += 999
    assert.equal(meter.lagMs(), 0)
  })

  it('does not count the time that Azure takes', async (t) => {
    const { meter, clock, take, wait } = start(t)
    clock.now += 60_000
    assert.equal(meter.lagMs(), 0)
    await take(0)
    const next = wait()
    clock.now += 60_000
    assert.equal(meter.lagMs(), 0)
    await next.arrives(0)
  })

  it('counts the end of a download, which is still in a buffer', async (t) => {
    const { meter, clock, take, finish } = start(t)
    await take(0)
    await finish()
    clock.now += 5_001
    assert.ok(meter.lagMs() > 0)
  })
})

/** A reader, with a clock that moves when the test says so. */
function start(t: TestContext) {
  const clock = { now: 1_000_000 }
  t.mock.method(performance, 'now', () => clock.now)
  const meter = createThroughputMeter(limits)
  let arrive = (_size: number | 'end') => {}
  async function* azure() {
    for (;;) {
      const size = await new Promise<number | 'end'>((resolve) => {
        arrive = resolve
      })
      if (size === 'end') return
      yield Buffer.alloc(size)
    }
  }
  const chunks = meter.measure(azure())

  /** The reader has taken what it had and waits for Azure. */
  function wait() {
    const next = chunks.next()
    const arrives = async (size: number | 'end') => {
      await new Promise(setImmediate)
      arrive(size)
      await next
    }
    return { arrives }
  }
  return {
    meter,
    clock,
    wait,
    take: (size: number) => wait().arrives(size),
    finish: () => wait().arrives('end'),
  }
}
