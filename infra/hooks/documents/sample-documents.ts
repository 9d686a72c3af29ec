// The sample documents: the files in infra/sample-data/documents. The path of a file is the name of its blob.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export type SampleDocument = { name: string; contentType: string; body: Buffer }

const folder = fileURLToPath(new URL('../../sample-data/documents/', import.meta.url))

const contentTypes: Record<string, string> = {
  '.bin': 'application/octet-stream',
  '.csv': 'text/csv; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * Returns the documents in the order of their names. They are the same in the local cloud and in Azure.
 *
 * @throws Error for a file whose extension has no content type here
 */
export function sampleDocuments(): SampleDocument[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
  const documents = files.map((file) => document(nameOf(file), readFileSync(file)))
  documents.push(document('archive/three mebibytes of noise.bin', noise(3 * 1024 * 1024)))
  return documents.sort((one, other) => (one.name < other.name ? -1 : 1))
}

function document(name: string, body: Buffer): SampleDocument {
  const contentType = contentTypes[path.extname(name)]
  if (!contentType) throw new Error(`sample-documents.ts has no content type for '${name}'.`)
  return { name, contentType, body }
}

function nameOf(file: string): string {
  return (
    path
      .relative(folder, file)
      .replaceAll(path.sep, '/')
      // Windows does not allow quotation marks in file names, so the file has %22 instead.
      .replaceAll('%22', '"')
      // Some file systems of macOS decompose names: é becomes e and a combining accent.
      .normalize('NFC')
  )
}

/** A larger document to try out downloads. Generated, because the file would triple the size of the repository. */
function noise(bytes: number): Buffer {
  const words = new Uint32Array(bytes / 4)
  let state = 20260101
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    words[index] = state ^ (state >>> 15)
  }
  return Buffer.from(words.buffer)
}
