// Preloaded by `npm test`: its processes, and those that they start, find the SDKs compiled and the types stripped.
import { enableCompileCache } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Where Node.js keeps it by default; the variable hands it on.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')
enableCompileCache(process.env.NODE_COMPILE_CACHE)
