// A hash of the content of folders, for addresses that change with it.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Hashes the names and the contents of all files in some folders and the folders below them. */
export function fingerprint(...folders: string[]): string {
  const hash = createHash('sha256')
  for (const path of folders.flatMap(filesBelow)) hash.update(path.name).update(readFileSync(path.file))
  return hash.digest('hex').slice(0, 16)
}

function filesBelow(folder: string): { name: string; file: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => ({ name, file: join(parentPath, name) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}
