// Preloaded into Azurite, so that it starts in half the time and never outlives its parent.
import { enableCompileCache, registerHooks } from 'node:module'

enableCompileCache()

// However the parent ended.
process.once('disconnect', () => process.exit())

/** For its telemetry and for metadata in an SQL database: both are off, but it loads them all the same. */
const unused = ['applicationinsights', 'sequelize']
const stub = new URL('unused.cjs', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    unused.includes(specifier)
      ? { url: stub, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === stub
      ? { source: 'exports.Model = class {}', format: 'commonjs', shortCircuit: true }
      : next(url, context),
})
