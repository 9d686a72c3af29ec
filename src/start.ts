// The entry of the built site: turns on the compile cache before it loads the rest, so that a restart on the same machine has less
// to compile.
import './node-version.ts'
import { enableCompileCache } from './compile-cache.ts'

enableCompileCache()
await import('./server.ts')
