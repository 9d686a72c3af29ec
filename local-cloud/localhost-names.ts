// Resolves *.localhost to this machine, as browsers do and Node on Linux does not. Use with `node --import`, or import it.
import dns, { type LookupOptions } from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'

type Callback = (
  error: null,
  addresses: string | { address: string; family: number }[],
  family?: number,
) => void

const lookup = dns.lookup

function lookupLocally(hostname: string, options: unknown, callback?: unknown): void {
  if (!/\.localhost\.?$/i.test(hostname ?? '')) {
    Reflect.apply(lookup, dns, [hostname, options, callback])
    return
  }

  // Either argument may be the last: lookup(name, callback), lookup(name, 4, callback), lookup(name, options, callback).
  const answer = (typeof options === 'function' ? options : callback) as Callback
  const { family: wanted, all }: LookupOptions =
    typeof options === 'number' ? { family: options } : typeof options === 'object' ? (options ?? {}) : {}
  // The emulated services listen on 127.0.0.1 only: ::1 is the answer only when IPv6 is asked for.
  const [address, family] =
    wanted === 6 || wanted === 'IPv6' ? (['::1', 6] as const) : (['127.0.0.1', 4] as const)
  // Never in the same tick: callers count on that.
  process.nextTick(() => (all ? answer(null, [{ address, family }]) : answer(null, address, family)))
}

// With everything that hangs on the original: util.promisify looks for it there.
dns.lookup = Object.defineProperties(lookupLocally, Object.getOwnPropertyDescriptors(lookup)) as typeof lookup
syncBuiltinESMExports()

// A company's proxy does not know this machine by these names either.
const direct = process.env.NO_PROXY ?? process.env.no_proxy
process.env.NO_PROXY = [direct, 'localhost', '.localhost', '127.0.0.1'].filter(Boolean).join(',')
