// Stands in for the Azure Developer CLI where hooks call it: `azd auth token`, `azd env set`, `azd env get-values`,
// `azd env config get` and `azd config get`.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
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

// Without await, so that it can run as CommonJS, which starts sooner than a module.
switch (values['no-prompt'] ? `${area} ${verb} ${output ?? ''}`.trim() : 'a prompt') {
  case 'auth token json':
    ask(`?${new URLSearchParams({ scope, tenant: values['tenant-id'] ?? '' })}`)
    break
  case 'env get-values json':
    ask(`/env/${environment}`)
    break
  case 'env config json':
    ask(`/config/${environment}/${pairs[1]}`)
    break
  case 'config get json':
    ask(`/config//${pairs[0]}`)
    break
  case 'env set':
    ask(`/env/${environment}`, { method: 'PUT', body: JSON.stringify(pairs) })
    break
  default:
    fail('unknown command')
}

// Not with fetch, which takes longer to load than all the rest of this.
async function ask(path: string, { method = 'GET', body = '' } = {}): Promise<void> {
  const sent = request(AZD_STAND_IN + path, { method }).end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const answer = await text(response)
  if (response.statusCode === 200) process.stdout.write(answer)
  else fail(answer)
}

/** As azd 1.24 and newer say it. */
function fail(error: string): void {
  process.stderr.write(`${JSON.stringify({ error, message: `ERROR: ${error}` })}\n`)
  process.exitCode = 1
}
