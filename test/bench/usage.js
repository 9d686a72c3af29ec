// Preloaded into the servers that are measured: tells their port, and what they have used. JavaScript, because TypeScript would have
// to be compiled in a process whose CPU time is measured.
import { subscribe } from 'node:diagnostics_channel'

let peakRss = 0
const sample = () => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss())
}
// Not resourceUsage().maxRSS, which on Linux begins with the memory of the process that started this one.
setInterval(sample, 250).unref()

subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => {
  const address = server.address()
  if (address?.port) process.send?.({ port: address.port })
})

process.on('message', (message) => {
  if (message !== 'usage') return
  sample()
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1000, peakRss })
  peakRss = 0
})
// The channel alone must not keep a server alive.
process.channel?.unref()
