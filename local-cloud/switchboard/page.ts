// The page of the switchboard.
import type { RequestEntry } from '../activity.ts'
import type { TraceNode } from '../telemetry/traces.ts'
import type { SwitchState } from './board.ts'
import { type Html, html } from './html.ts'
import type { Place } from './switches.ts'
import { tracesSection } from './traces.ts'

export interface ServiceView {
  place: Place
  name: string
  /** Nothing for what is not a service. */
  endpoint?: string
  note?: string
  asked?: readonly RequestEntry[]
}

export interface PageView {
  services: ServiceView[]
  switches: SwitchState[]
  /** What the telemetry of the site tells, newest first. */
  traces: readonly TraceNode[]
  /** Stands in every form. */
  token: string
  /** Whether the site can be restarted from here, and is restarting. */
  restart: 'impossible' | 'possible' | 'running'
}

const SHOWN_REQUESTS = 6

export function renderPage({ services, switches, traces, token, restart }: PageView): string {
  const on = switches.filter(({ isOn }) => isOn)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="Makes the emulated services of the local cloud fail, and shows what they were asked.">
<title>Switchboard of the local cloud</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/style.css">
<script type="module" src="/live.js"></script>
</head>
<body>
<header>
<h1>Switchboard</h1>
<p>Make a service of the local cloud fail, and watch the site in another window. Nothing here changes Azure.</p>
<p id="summary" class="summary" data-live>${summary(on)}</p>
<p id="gone" class="gone" role="status" hidden>The local cloud has ended. What you see is its last state.</p>
<div class="actions">
${form('/all-off', token, html`<button type="submit" id="all-off">Turn all off</button>`)}
${restart !== 'impossible' && form('/restart', token, html`<button type="submit" id="restart">Restart the site</button>`)}
<span id="restarting" data-live>${restart === 'running' && 'The site is restarting…'}</span>
</div>
</header>
<main>
${services.map((service) => section(service, switches, token))}
${tracesSection(traces)}
</main>
</body>
</html>
`.text
}

function summary(on: SwitchState[]): string {
  if (on.length === 0) return 'No switch is on.'
  return `On: ${on.map(({ name, progress }) => (progress ? `${name} (${progress})` : name)).join(' · ')}`
}

function section(service: ServiceView, switches: SwitchState[], token: string): Html {
  const { place, name, endpoint, note, asked } = service
  return html`<section aria-labelledby="${place}">
<div>
<h2 id="${place}">${name}</h2>
${endpoint && html`<p class="endpoint"><code>${endpoint}</code></p>`}
${note && html`<p>${note}</p>`}
<ul class="switches">
${switches.filter((each) => each.place === place).map((each) => row(each, token))}
</ul>
</div>
${
  asked &&
  html`<div class="asking"><h3 id="asked-of-${place}">Latest requests</h3>
<div id="asked-${place}" data-live>${requests(asked, `asked-of-${place}`)}</div></div>
`
}</section>
`
}

function row(each: SwitchState, token: string): Html {
  return html`<li id="${each.id}">
<div id="form-${each.id}" data-live>${form('/switches', token, toggle(each))}</div>
<p>${each.effect}</p>
<p class="quiet">Recovery: ${each.recovery}</p>
</li>
`
}

// A switch that is on says so to screen readers by aria-pressed. An event has no state, only a button.
function toggle({ id, name, isOn, progress, ...each }: SwitchState): Html {
  const isEvent = 'trigger' in each
  const state = isEvent ? undefined : (progress ?? (isOn ? 'on' : 'off'))
  return html`<input type="hidden" name="switch" value="${id}"><input type="hidden" name="state" value="${isOn ? 'off' : 'on'}">
<button type="submit" id="button-${id}" class="switch" ${!isEvent && html`aria-pressed="${String(isOn)}"`}>${name}</button>
${state && html`<span class="state">${state}</span>`}`
}

function form(action: string, token: string, content: Html): Html {
  return html`<form method="post" action="${action}"><input type="hidden" name="token" value="${token}">${content}</form>`
}

function requests(asked: readonly RequestEntry[], labelledBy: string): Html {
  if (asked.length === 0) return html`<p class="quiet">Nothing yet. Open a page of the site.</p>`
  const shown = asked.slice(0, SHOWN_REQUESTS)
  return html`<ol class="asked" aria-labelledby="${labelledBy}">${shown.map(entry)}</ol>`
}

function entry({ at, request, by, outcome = 'no answer yet', milliseconds }: RequestEntry): Html {
  const took = milliseconds === undefined ? '' : ` in ${milliseconds} ms`
  // 401 is how a vault says for which resource it wants a token.
  const isChallenge = outcome === '401' && by.startsWith('nobody')
  return html`<li class="${isFailure(outcome) && !isChallenge ? 'failed' : 'ok'}"><code>${readable(request)}</code>
<span class="quiet"><time datetime="${at.toISOString()}">${at.toTimeString().slice(0, 8)}</time> ${by}</span>
<strong>${outcome}</strong><span class="quiet">${took}</span></li>
`
}

function isFailure(outcome: string): boolean {
  return /^([45]|error|no answer|dropped|left)|cut off|silence/.test(outcome)
}

/** A path as people write it. */
function readable(request: string): string {
  try {
    return decodeURIComponent(request)
  } catch {
    return request
  }
}
