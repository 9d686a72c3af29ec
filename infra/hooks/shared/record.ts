// Records completed steps in tags of Azure resources, so that the next run can skip them, whoever starts it. A deployment of
// the template removes these tags, because it sets its own; each step then runs again.
import { createHash } from 'node:crypto'
import type { Arm } from './arm.ts'
import type { Context } from './context.ts'
import { progress } from './progress.ts'

const apiVersion = '2021-04-01'
const tag = 'azd-postprovision'

type Tags = { properties: { tags?: Record<string, string> } }

/**
 * Runs a step, unless `azd provision` runs the hook and the record says that the same step was completed. If the record cannot
 * be read or written, the step runs.
 *
 * @param resource the resource that has the record, as a path below the providers of the resource group
 * @param describe returns everything that the step depends on
 */
export async function unlessRecorded(
  { arm, provisioning }: Context,
  resource: string,
  describe: () => Promise<unknown[]>,
  step: () => Promise<void>,
): Promise<void> {
  const record = createRecord(arm, resource)
  const fingerprint = await describe()
    .then(hash)
    .catch(() => undefined)
  const recorded = await record.read()
  if (provisioning && fingerprint !== undefined && recorded === fingerprint) {
    progress.done('Done before, nothing to change (to do it all the same: azd hooks run postprovision)')
    return
  }
  // If this run fails, the record must not say that the step is complete.
  if (recorded) await record.write('unfinished')
  await step()
  if (fingerprint !== undefined) await record.write(fingerprint)
}

function createRecord(arm: Arm, resource: string) {
  const path = `${resource}/providers/Microsoft.Resources/tags/default`
  return {
    async read(): Promise<string | undefined> {
      try {
        const { properties } = await arm<Tags>({ method: 'GET', path, apiVersion, maxRetries: 0 })
        return properties.tags?.[tag]
      } catch {
        return undefined
      }
    },
    async write(value: string): Promise<void> {
      const body = { operation: 'Merge', properties: { tags: { [tag]: value } } }
      await arm({ method: 'PATCH', path, apiVersion, body, maxRetries: 0 }).catch(() => {})
    },
  }
}

/** @throws TypeError when a part is missing */
function hash(parts: unknown[]): string {
  const sum = createHash('sha256')
  for (const part of parts) {
    if (typeof part !== 'string' && !Buffer.isBuffer(part))
      throw new TypeError('A part of the record is missing.')
    // With the length of each part, so that different lists cannot have the same hash.
    sum.update(`${part.length}:`).update(part)
  }
  return sum.digest('hex')
}
