// What the stand-in azd answers: `azd auth token`, `azd env set`, `azd env get-values`, `azd env config get` and
// `azd config get`.
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

/**
 * Answers one command.
 *
 * @param args as on the command line, after `azd`
 * @param service the address of the service that gives tokens and keeps the environment
 * @returns what it prints, and its exit code
 */
export async function answerCommand(args: string[], service: string) {
  const sent = requestFor(args)
  if (!sent) return failure('unknown command')
  const { path, method = 'GET', body = '' } = sent
  // Not with fetch, which takes longer to load than all the rest of this.
  const [response] = (await once(request(service + path, { method }).end(body), 'response')) as [
    IncomingMessage,
  ]
  const answer = await text(response)
  return response.statusCode === 200 ? { code: 0, stdout: answer, stderr: '' } : failure(answer)
}

function requestFor(args: string[]): { path: string; method?: string; body?: string } | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      output: { type: 'string' },
      'no-prompt': { type: 'boolean' },
      scope: { type: 'string', multiple: true },
      'tenant-id': { type: 'string' },
      environment: { type: 'string' },
    },
  })
  // It would ask, and wait for an answer.
  if (!values['no-prompt']) return undefined
  const { output = '', environment = '', scope: [scope = ''] = [] } = values
  const [area, verb, ...rest] = positionals
  switch (`${area} ${verb} ${output}`.trim()) {
    case 'auth token json':
      return { path: `?${new URLSearchParams({ scope, tenant: values['tenant-id'] ?? '' })}` }
    case 'env get-values json':
      return { path: `/env/${environment}` }
    case 'env config json':
      return { path: `/config/${environment}/${rest[1]}` }
    case 'config get json':
      return { path: `/config//${rest[0]}` }
    case 'env set':
      return { path: `/env/${environment}`, method: 'PUT', body: JSON.stringify(rest) }
    default:
      return undefined
  }
}

/** As azd 1.24 and newer say it. */
function failure(error: string) {
  return { code: 1, stdout: '', stderr: `${JSON.stringify({ error, message: `ERROR: ${error}` })}\n` }
}
