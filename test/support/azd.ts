// Stands in for the Azure Developer CLI where hooks ask it for a token: `azd auth token`.
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string' },
    'no-prompt': { type: 'boolean' },
    scope: { type: 'string', multiple: true },
    'tenant-id': { type: 'string' },
  },
})
const { AZD_STAND_IN = '' } = process.env
const [scope = ''] = values.scope ?? []
const asked = new URLSearchParams({ scope, tenant: values['tenant-id'] ?? '' })

if (positionals.join(' ') !== 'auth token' || values.output !== 'json' || !values['no-prompt']) {
  fail('unknown command')
} else {
  const response = await fetch(`${AZD_STAND_IN}?${asked}`)
  if (response.ok) process.stdout.write(await response.text())
  else fail(await response.text())
}

/** As azd 1.24 and newer say it. */
function fail(error: string): void {
  process.stderr.write(`${JSON.stringify({ error, message: `ERROR: ${error}` })}\n`)
  process.exitCode = 1
}
