// What the template has for one service alone, in a file named for the service's module, so that it goes when the module
// goes. The tests of the whole template add it to what they expect.
import { glob } from 'node:fs/promises'
import type { Value } from './bicep.ts'

export interface ServiceExpectations {
  /** Role assignments, as access.test.ts words them. */
  grants: string[]
  /** The categories that go to Log Analytics, by resource. */
  logs: Record<string, string[]>
  /** What its service endpoint is called. */
  serviceEndpoint: string
  /** Its private endpoint, with the part of the service that it leads to, and its DNS zone. */
  privateEndpoint: Record<string, [groupId: string, zoneName: string]>
  /** Where main.bicep takes each of its app settings from. */
  appSettings: Record<string, Value>
  /** The outputs of main.bicep that are no app settings. */
  outputs: Record<string, Value>
  /** The outputs of its module. */
  moduleOutputs: Record<string, Value>
  /** The parameters of main.bicep that only the preprovision hook sets. */
  hookParameters: string[]
}

const services: ServiceExpectations[] = []
for await (const file of glob('expected/*.ts', { cwd: import.meta.dirname })) {
  services.push((await import(`./${file.replaceAll('\\', '/')}`)).default)
}

/** What is expected of all these services together. */
export const expected = {
  grants: services.flatMap(({ grants }) => grants),
  logs: merge(services.map(({ logs }) => logs)),
  serviceEndpoints: services.map(({ serviceEndpoint }) => serviceEndpoint),
  privateEndpoints: merge(services.map(({ privateEndpoint }) => privateEndpoint)),
  appSettings: merge(services.map(({ appSettings }) => appSettings)),
  outputs: merge(services.map(({ outputs }) => outputs)),
  moduleOutputs: merge(services.map(({ moduleOutputs }) => moduleOutputs)),
  hookParameters: services.flatMap(({ hookParameters }) => hookParameters),
}

function merge<T>(records: Record<string, T>[]): Record<string, T> {
  return Object.assign({}, ...records)
}
