// Stands in for the Azure Developer CLI where hooks call it: `azd auth token`, `azd env set` and `azd env get-values`.
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    output: { type: 'string' },
    'no-prompt': { type: 'boolean' },
    scope: { type: 'string', multiple: true },
    'tenant-id': { type: 'string' },
    environment: { type: 'string' },
  },
})
const { AZD_STAND_IN = '' } = process.env
const { output, environment = '', scope: [scope = ''] = [] } = values
const [area, verb, ...pairs] = positionals

switch (values['no-prompt'] ? `${area} ${verb} ${output ?? ''}`.trim() : 'a prompt') {
  case 'auth token json':
    await ask(`?${new URLSearchParams({ scope, tenant: values['tenant-id'] ?? '' })}`)
    break
  case 'env get-values json':
    await ask(`/env/${environment}`)
    break
  case 'env set':
    await ask(`/env/${environment}`, { method: 'PUT', body: JSON.stringify(pairs) })
    break
  default:
    fail('unknown command')
}

async function ask(path: string, request?: RequestInit): Promise<void> {
  const response = await fetch(AZD_STAND_IN + path, request)
  if (response.ok) process.stdout.write(await response.text())
  else fail(await response.text())
}

/** As azd 1.24 and newer say it. */
function fail(error: string): void {
  process.stderr.write(`${JSON.stringify({ error, message: `ERROR: ${error}` })}\n`)
  process.exitCode = 1
}
