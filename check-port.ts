// Runs before `npm run dev`: `node --watch` would wait for a change to the code, which does not free a port.
import { createServer } from 'node:net'
import { readPort } from './src/config.ts'
import { listen, PortError } from './src/http-server.ts'

const server = createServer()
try {
  await listen(server, readPort(process.env))
  server.close()
} catch (error) {
  if (!(error instanceof PortError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
