// The documents that a container holds from the start, and the way back to them.
import type { Container, PutOptions } from './container.ts'

export type SeedDocument = { name: string; body: string | Buffer } & PutOptions

export function createSeed(container: Container) {
  let documents: readonly SeedDocument[] = []
  let etags = new Map<string, string>()

  /** Stores those documents that are missing or have been written since. */
  async function storeChanged(existing: Map<string, string>): Promise<void> {
    const changed = documents.filter(
      ({ name }) => !existing.has(name) || existing.get(name) !== etags.get(name),
    )
    await Promise.all(changed.map(({ name, body, ...options }) => container.put(name, body, options)))
    if (changed.length > 0) etags = await container.etags()
  }

  return {
    async store(seed: readonly SeedDocument[]): Promise<void> {
      documents = seed
      await storeChanged(new Map())
    },

    async restore(): Promise<void> {
      const existing = await container.etags()
      const others = [...existing.keys()].filter((found) => !documents.some(({ name }) => name === found))
      await Promise.all(others.map((name) => container.delete(name)))
      await storeChanged(existing)
    },
  }
}
