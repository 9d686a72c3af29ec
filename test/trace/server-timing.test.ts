import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serverTiming } from '../../src/trace/server-timing.ts'
import { endStep, type RecordedStep, startStep } from '../../src/trace/steps.ts'
import { metricsIn } from '../support/trace.ts'

describe('the Server-Timing header', () => {
  it('quotes what HTTP does not allow in a header', () => {
    const text = `SELECT 'é日本\n"\\' -- "`

    const [metric] = metricsIn(serverTiming({ steps: [statement(text)] }, 12.34))

    assert.equal(metric?.desc, `SELECT '????"\\' -- "`)
  })

  it('stays short, however many and long the steps are, and says how much is left out', () => {
    const steps = Array.from({ length: 500 }, (_, i) => statement(`SELECT ${i} ${'\\"x'.repeat(500)}`))

    const header = serverTiming({ steps }, 5)

    assert.ok(header.length < 2300, `${header.length}`)
    const metrics = metricsIn(header)
    const [more, total] = metrics.slice(-2)
    assert.equal(more?.name, 'more')
    assert.equal(more?.desc, `${500 - (metrics.length - 2)} more`)
    assert.deepEqual(total, { name: 'total', desc: '', dur: 5 })
  })

  it('tells how long a step has taken that has not ended', () => {
    const running = {
      ...startStep('statement', { text: 'SELECT 1', parameters: [] }),
      started: performance.now() - 1000,
    }

    const [metric] = metricsIn(serverTiming({ steps: [running] }, 1001))

    assert.ok((metric?.dur ?? 0) >= 1000)
  })
})

function statement(text: string): RecordedStep {
  const step = startStep('statement', { text, parameters: [] })
  endStep(step)
  return step
}
