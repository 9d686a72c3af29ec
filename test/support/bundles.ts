// The files of dist/ that are loaded together: an entry, and what it imports before it runs.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the start loads: server.js loads main.js. */
export const startEntries = ['server.js', 'main.js']

/** Reads the entries and what they import, but not what they load later by import(). */
export async function readBundles(dist: string, entries: string[]): Promise<string[]> {
  const texts = new Map<string, string>()
  const load = async (file: string): Promise<void> => {
    if (texts.has(file)) return
    const text = await readFile(join(dist, file), 'utf8')
    texts.set(file, text)
    for (const [, imported = ''] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) await load(imported)
  }
  for (const entry of entries) await load(entry)
  return [...texts.values()]
}
