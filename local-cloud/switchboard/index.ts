// The switchboard: a page on a loopback port that shows what the services are asked, and makes them fail.
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { type Answer, serve } from '../http.ts'
import type { LocalCloud } from '../index.ts'
import { latestTraces } from '../telemetry/traces.ts'
import { type Board, createBoard } from './board.ts'
import { refuse, refuseForm, refuseHost, securityHeaders } from './guard.ts'
import { type PageView, renderPage, type ServiceView } from './page.ts'

/** The program that uses the cloud, if it can be restarted. */
export interface Restartable {
  readonly isRestarting: boolean
  restart(): void
}

export interface SwitchboardOptions {
  site?: Restartable | undefined
  /** How long the database takes to wake up: a minute, as in Azure. */
  wakingMs?: number
}

type Cloud = Pick<LocalCloud, 'identity' | 'blobs' | 'vault' | 'sql' | 'telemetry'>

/** Starts it on a free port. */
export async function startSwitchboard(cloud: Cloud, { site, wakingMs = 60_000 }: SwitchboardOptions = {}) {
  const token = randomBytes(32).toString('base64url')
  const secretName = cloud.vault.env.AZURE_KEY_VAULT_SECRET_NAME ?? ''
  const board = createBoard({ ...cloud, wakingMs, secretName })
  const actions = actionsOf(board, site)

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { method = '', headers } = request
    const refused = refuseHost(headers, port)
    if (refused) return refused
    const { pathname } = new URL(request.url ?? '/', `http://127.0.0.1:${port}`)
    const action = actions[pathname]
    if (action) return method === 'POST' ? act(request, action) : notAllowed('POST')
    if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD')
    if (pathname === '/') return page(viewOf(cloud, board, site, token))
    return asset(pathname)
  }

  async function act(request: IncomingMessage, action: Action): Promise<Answer> {
    const form = await readForm(request)
    if (!form) return refuse(413, 'This is not a form of the switchboard.')
    const refused = refuseForm(request.headers, form, token)
    if (refused) return refused
    const location = action(form)
    if (location === undefined) return refuse(404, 'There is no such switch.')
    return { status: 303, headers: { ...securityHeaders, location }, body: '' }
  }

  const { port, close } = await serve(answer)
  return {
    url: `http://127.0.0.1:${port}`,
    /** Turns every switch off: nobody could do so any more. */
    close() {
      board.turnAllOff()
      return close()
    },
  }
}

/** Does what a form asks for; returns where to go then, or undefined when it asks for nothing that exists. */
type Action = (form: URLSearchParams) => string | undefined

function actionsOf(board: Board, site: Restartable | undefined): Record<string, Action> {
  return {
    '/switches': (form) => {
      const id = form.get('switch') ?? ''
      return board.set(id, form.get('state') === 'on') ? `/#${id}` : undefined
    },
    '/all-off': () => {
      board.turnAllOff()
      return '/'
    },
    '/restart': () => {
      site?.restart()
      return site && '/'
    },
  }
}

function viewOf(cloud: Cloud, board: Board, site: Restartable | undefined, token: string): PageView {
  const restart = !site ? 'impossible' : site.isRestarting ? 'running' : 'possible'
  const traces = latestTraces(cloud.telemetry.items(), SHOWN_TRACES)
  return { services: servicesOf(cloud), switches: board.states(), traces, token, restart }
}

function servicesOf({ identity, blobs, vault, sql, telemetry }: Cloud): ServiceView[] {
  const view = ({ endpoint, activity }: { endpoint: string; activity: Cloud['sql']['activity'] }) => ({
    endpoint,
    asked: activity.latest,
  })
  return [
    { place: 'all', name: 'Everything' },
    { place: 'identity', name: 'Identity', ...view(identity), note: notes.identity },
    { place: 'blobs', name: 'Blob Storage', ...view(blobs) },
    { place: 'vault', name: 'Key Vault', ...view(vault), note: notes.vault },
    { place: 'sql', name: 'Azure SQL', ...view(sql) },
    { place: 'telemetry', name: 'Application Insights', ...view(telemetry), note: notes.telemetry },
  ]
}

const SHOWN_TRACES = 20

const notes = {
  identity: 'The site asks for one token per service, and keeps it in memory.',
  telemetry: 'The site sends telemetry every few seconds, if it was started with npm run dev:telemetry.',
  vault:
    'The site keeps the secret in memory for 5 minutes. Open its page /readyz, and it reads the secret again, at most every 5 seconds. A new client asks without a token first (401), to learn for which resource it needs one.',
}

function page(view: PageView): Answer {
  return {
    status: 200,
    headers: { ...securityHeaders, 'content-type': 'text/html; charset=utf-8' },
    body: renderPage(view),
  }
}

const types: Record<string, string> = {
  '/style.css': 'text/css; charset=utf-8',
  '/live.js': 'text/javascript; charset=utf-8',
  '/icon.svg': 'image/svg+xml',
}

async function asset(pathname: string): Promise<Answer> {
  const type = types[pathname]
  if (!type) return refuse(404, 'There is no such page.')
  const body = await readFile(new URL(`public${pathname}`, import.meta.url), 'utf8')
  return { status: 200, headers: { ...securityHeaders, 'content-type': type }, body }
}

function notAllowed(allow: string): Answer {
  return refuse(405, `This address accepts ${allow} only.`, { allow })
}

const LARGEST_FORM = 1_000

/** The fields of a form, or undefined when it is none or too large to be one of these. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const [type] = (request.headers['content-type'] ?? '').split(';')
  if (type !== 'application/x-www-form-urlencoded') return undefined
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > LARGEST_FORM) return undefined
  }
  return new URLSearchParams(text)
}
