// Records in a tag of an Azure resource what a step has done, so that the next run, of whoever it is, can tell from outside.
// A deployment of the template removes the tag, since it sets others: after a real deployment, each step runs again.
import { createHash } from 'node:crypto'
import type { Arm } from './arm.ts'
import type { Context } from './context.ts'
import { progress } from './progress.ts'

const apiVersion = '2021-04-01'
const tag = 'azd-postprovision'

type Tags = { properties: { tags?: Record<string, string> } }

/**
 * Runs a step, unless `azd provision` runs the hook and the record says that this very thing was done. What goes wrong with
 * the record only means that the step runs.
 *
 * @param resource has the record, below the providers of the resource group
 * @param describe gives all that the step depends on
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
  // A run that fails must not leave a record from before.
  if (recorded) await record.write('unfinished')
  await step()
  if (fingerprint !== undefined) await record.write(fingerprint)
}

function createRecord(arm: Arm, resource: string) {
  const path = `${resource}/providers/Microsoft.Resources/tags/default`
  return {
    async read(): Promise<string | undefined> {
      try {
        const { properties } = await arm<Tags>({ method: 'GET', path, apiVersion, attempts: 1 })
        return properties.tags?.[tag]
      } catch {
        return undefined
      }
    },
    async write(value: string): Promise<void> {
      const body = { operation: 'Merge', properties: { tags: { [tag]: value } } }
      await arm({ method: 'PATCH', path, apiVersion, body, attempts: 1 }).catch(() => {})
    },
  }
}

/** @throws TypeError for a part that is missing */
function hash(parts: unknown[]): string {
  const sum = createHash('sha256')
  for (const part of parts) {
    if (typeof part !== 'string' && !Buffer.isBuffer(part)) throw new TypeError('This cannot be told apart.')
    // Each with its length, so that no two lists give the same.
    sum.update(`${part.length}:`).update(part)
  }
  return sum.digest('hex')
}
