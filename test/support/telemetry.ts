// The site with telemetry that goes to the local cloud, and what has arrived there.
import type { TestContext } from 'node:test'
import type { Limits } from '../../src/limits.ts'
import { eventually } from './eventually.ts'
import { startApp, telemetryOn } from './start-app.ts'

/** Starts the site for one test. Its telemetry is sent at once. */
export async function startObserved(
  t: TestContext,
  shorter: Partial<Limits> = {},
  settings: Record<string, string> = {},
) {
  const site = await startApp(t, { telemetryDelayMs: 10, ...shorter }, { ...telemetryOn, ...settings })
  const { telemetry } = site.cloud
  await telemetry.reset()

  const itemsOf = (type: string) => telemetry.items().filter(({ data }) => data.baseType === type)
  /** The request to a path, as it was sent, with everything of its trace. */
  async function traceOf(path: string): Promise<Trace> {
    const find = () =>
      itemsOf('RequestData').find(({ data }) => new URL(String(data.baseData.url)).pathname === path)
    await eventually(() => find() !== undefined)
    const request = find() as Item
    const id = request.tags?.['ai.operation.id']
    // The line about the request is the last of its trace.
    const items = () => telemetry.items().filter(({ tags }) => tags?.['ai.operation.id'] === id)
    await eventually(() =>
      items().some(({ data }) => /^(?:answered|cut short)$/.test(String(data.baseData.message))),
    )
    return { id: id ?? '', request, items: items() }
  }
  return Object.assign(site, { itemsOf, traceOf })
}

export type Item = ReturnType<Awaited<ReturnType<typeof startApp>>['cloud']['telemetry']['items']>[number]

export interface Trace {
  id: string
  request: Item
  items: Item[]
}

/** The names of a request and of all calls below it, indented. A token may be in memory, so how one is fetched is left out. */
export function treeOf({ items, request }: Trace): string[] {
  const calls = items.filter(({ data: { baseType } }) => baseType === 'RemoteDependencyData')
  const list = ({ data: { baseData } }: Item, depth: number): string[] => [
    `${'  '.repeat(depth)}${baseData.name}`,
    ...calls
      .filter(({ tags }) => tags?.['ai.operation.parentId'] === baseData.id)
      .sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
      .flatMap((call) => (call.data.baseData.name === 'GET /msi/token' ? [] : list(call, depth + 1))),
  ]
  return list(request, 0)
}

export const callsIn = ({ items }: Trace) =>
  items.filter(({ data }) => data.baseType === 'RemoteDependencyData').map(({ data }) => data.baseData)

export const traceparent = (traceId: string, flags: '00' | '01') => `00-${traceId}-00f067aa0ba902b7-${flags}`
