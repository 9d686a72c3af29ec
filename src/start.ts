// The entry of the built site: turns on the compile cache of Node.js before it loads the rest, so that a restart on the same machine has
// less to compile. The cache is in the temporary folder, or where NODE_COMPILE_CACHE says.
import './node-version.ts'
// A default import, because importing a missing name would fail in older Node.js versions before that file can say so.
import module from 'node:module'

module.enableCompileCache()
await import('./server.ts')
