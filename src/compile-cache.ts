// The compile cache of Node.js, in a folder that nobody else can write to: whoever writes there decides which code runs.
import { lstatSync, mkdirSync } from 'node:fs'
import module from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Turns the cache on, in the folder that NODE_COMPILE_CACHE names, otherwise in one of this user in the temporary folder. */
export function enableCompileCache(): void {
  const folder = process.env.NODE_COMPILE_CACHE || ownFolder()
  if (folder) module.enableCompileCache(folder)
}

/** Undefined when the folder cannot be created, or could be written to by others. The site then starts without a cache. */
function ownFolder(): string | undefined {
  // Not on Windows, where each user has a temporary folder.
  const uid = process.getuid?.()
  const folder = join(tmpdir(), `keyless-express-${uid ?? 'cache'}`)
  try {
    mkdirSync(folder, { mode: 0o700, recursive: true })
    const found = lstatSync(folder)
    const isOwn = uid === undefined || (found.uid === uid && (found.mode & 0o077) === 0)
    return found.isDirectory() && isOwn ? folder : undefined
  } catch {
    return undefined
  }
}
