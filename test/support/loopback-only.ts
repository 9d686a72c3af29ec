// Preloaded with `node --import`: ends the process that connects to anything but this machine, 169.254.169.254 above all.
import { Socket } from 'node:net'

const { connect } = Socket.prototype

Socket.prototype.connect = function (this: Socket, ...given: unknown[]) {
  // Node itself passes its arguments as one array.
  const [options] = Array.isArray(given[0]) ? given[0] : given
  const { host = 'localhost' } = options as { host?: string }
  if (!/^(127\.0\.0\.1|(.+\.)?localhost)$/.test(host)) {
    process.stderr.write(`A connection to ${host} was attempted.\n`)
    process.exit(99)
  }
  return Reflect.apply(connect, this, given)
} as typeof connect
