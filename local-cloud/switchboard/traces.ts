// The traces that the site has sent, as trees.
import type { TraceNode } from '../telemetry/traces.ts'
import { type Html, html } from './html.ts'

export function tracesSection(traces: readonly TraceNode[]): Html {
  return html`<section class="wide" aria-labelledby="traces">
<h2 id="traces">Traces</h2>
<p>The latest requests to the site, as its telemetry tells them: the calls that each has made, and its lines in the log.</p>
<div id="latest-traces" data-live>${list(traces)}</div>
</section>
`
}

function list(traces: readonly TraceNode[]): Html {
  if (traces.length === 0) {
    return html`<p class="quiet">Nothing yet. Start the site with npm run dev:telemetry, and open a page.</p>`
  }
  return html`<ol class="traces" aria-labelledby="traces">${traces.map(tree)}</ol>`
}

function tree(request: TraceNode): Html {
  const { id, at, children } = request
  const time = html`<time datetime="${at.toISOString()}">${at.toTimeString().slice(0, 8)}</time>`
  return html`<li><details id="trace-${id}"><summary id="summary-${id}">${time} ${line(request)}</summary>
${branches(children, at)}</details></li>
`
}

function branches(nodes: TraceNode[], start: Date): Html {
  return nodes.length === 0 ? html`` : html`<ul>${nodes.map((node) => branch(node, start))}</ul>`
}

function branch(node: TraceNode, start: Date): Html {
  const offset = node.at.getTime() - start.getTime()
  return html`<li><span class="quiet">+${offset}\u00a0ms</span> ${line(node)}
${branches(node.children, start)}</li>
`
}

function line({ name, target, outcome, isFailure, milliseconds }: TraceNode): Html {
  const took = milliseconds === undefined ? '' : `in\u00a0${rounded(milliseconds)}\u00a0ms`
  return html`<code>${name}</code> ${target && html`<span class="quiet">${target}</span>`}
<strong class="${isFailure ? 'failed' : 'ok'}">${outcome}</strong> <span class="quiet">${took}</span>`
}

/** Most calls to emulated services take less than ten milliseconds. */
function rounded(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds))
}
