// Traces from items: which request a call or a line belongs to, in which order, and what is said of each.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TelemetryItem } from './items.ts'
import { latestTraces, type TraceNode } from './traces.ts'

const start = Date.parse('2026-11-27T12:00:00.000Z')

interface Given {
  trace?: string
  parent?: string
  after?: number
}

function item(
  baseType: string,
  baseData: Record<string, unknown>,
  { trace = 'first', parent, after = 0 }: Given = {},
): TelemetryItem {
  return {
    name: `Microsoft.ApplicationInsights.${baseType}`,
    time: new Date(start + after).toISOString(),
    iKey: 'any',
    tags: { 'ai.operation.id': trace, ...(parent && { 'ai.operation.parentId': parent }) },
    data: { baseType, baseData },
  }
}

const request = (id: string, given?: Given) =>
  item(
    'RequestData',
    { id, name: `GET /${id}`, responseCode: '200', success: true, duration: '00:00:00.0120000' },
    given,
  )

const call = (id: string, parent: string, given: Given = {}, more = {}) => {
  const usual = {
    id,
    name: id,
    target: 'vault',
    resultCode: '200',
    success: true,
    duration: '00:00:00.0015000',
  }
  return item('RemoteDependencyData', { ...usual, ...more }, { ...given, parent })
}

const namesIn = (nodes: TraceNode[]): unknown[] =>
  nodes.map(({ name, children }) => (children.length > 0 ? { [name]: namesIn(children) } : name))

describe('traces', () => {
  it('have below each request what belongs to it, in the order of time, whatever the order of arrival', () => {
    const items = [
      item(
        'MessageData',
        { message: 'answered', severityLevel: 'Information' },
        { parent: 'page', after: 30 },
      ),
      call('statement', 'connection', { after: 20 }),
      call('connection', 'page', { after: 10 }),
      call('token', 'page', { after: 5 }),
      call('of another', 'page', { trace: 'second' }),
      request('page'),
    ]

    assert.deepEqual(namesIn(latestTraces(items, 20)), [
      { 'GET /page': ['token', { connection: ['statement'] }, 'answered'] },
    ])
  })

  it('begin at a request, whose caller may have a span of its own', () => {
    const items = [request('called', { parent: 'span of the caller' }), call('orphan', 'not sent')]

    assert.deepEqual(namesIn(latestTraces(items, 20)), ['GET /called'])
  })

  it('have an end, even when items are each other’s parents', () => {
    const items = [request('page', { parent: 'call' }), call('call', 'page'), call('page', 'page')]

    assert.deepEqual(namesIn(latestTraces(items, 20)), [{ 'GET /page': [{ call: ['GET /page'] }, 'page'] }])
  })

  it('are the latest ones, newest first', () => {
    const items = [1, 3, 2].map((after) => request(`page ${after}`, { trace: `trace ${after}`, after }))

    assert.deepEqual(namesIn(latestTraces(items, 2)), ['GET /page 3', 'GET /page 2'])
  })

  it('tell status, duration and target, and what has failed', () => {
    const failed = { success: false, resultCode: '40613', duration: '1.02:03:04.5000000', target: 'sql|shop' }
    const exceptions = [{ typeName: 'SqlError', message: 'The SQL login failed.' }]
    const [trace] = latestTraces(
      [
        request('page'),
        call('login', 'page', {}, failed),
        call('no answer', 'page', { after: 1 }, { success: false, resultCode: '0' }),
        call('in memory', 'page', { after: 2 }, { resultCode: undefined, target: undefined }),
        item('ExceptionData', { exceptions, severityLevel: 'Error' }, { parent: 'page', after: 3 }),
        item('EventData', { name: 'custom' }, { parent: 'page', after: 4 }),
      ],
      20,
    )

    assert.equal(trace?.milliseconds, 12)
    assert.deepEqual(
      trace?.children.map(({ name, target, outcome, isFailure, milliseconds }) => [
        name,
        target,
        outcome,
        isFailure,
        milliseconds,
      ]),
      [
        ['login', 'sql|shop', '40613', true, 93_784_500],
        ['no answer', 'vault', 'failed', true, 1.5],
        ['in memory', undefined, '', false, 1.5],
        ['SqlError: The SQL login failed.', undefined, 'Error', true, undefined],
        ['Microsoft.ApplicationInsights.EventData', undefined, '', false, undefined],
      ],
    )
  })
})
