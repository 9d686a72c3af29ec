// Reads what a page and its Server-Timing header say about how it was answered.
import { textOf, unescapeHtml } from './html.ts'

export interface ShownStep {
  label: string
  code: string
  facts: string
}

/** The HTML of the trace, or '' if the page has none. */
export function traceIn(html: string): string {
  return /<details class="trace">[\s\S]*?<\/details>/.exec(html)?.[0] ?? ''
}

/** The steps that the trace of a page lists. */
export function stepsIn(html: string): ShownStep[] {
  return [...traceIn(html).matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, step = '']) => {
    const [label = '', said = ''] = step.split('<p>')
    const [, code = ''] = /^\s*<code>([\s\S]*?)<\/code><br>/.exec(said) ?? []
    return {
      label: textOf(label.split('</span>', 1)[0] ?? ''),
      code: unescapeHtml(code),
      facts: textOf(said.slice(said.indexOf('<span'))),
    }
  })
}

export interface Metric {
  name: string
  desc: string
  dur: number
}

/**
 * Parses a Server-Timing header strictly.
 *
 * @throws Error for anything that https://www.w3.org/TR/server-timing/ does not allow
 */
export function metricsIn(header: string | undefined): Metric[] {
  const metrics: Metric[] = []
  let rest = header ?? ''
  while (rest) {
    const match =
      /^([\w!#$%&'*+.^`|~-]+)(?:;desc="((?:[ !#-[\]-~]|\\[ -~])*)")?;dur=(\d+\.\d)(?:, (?=.)|$)/.exec(rest)
    if (!match) throw new Error(`Not a metric: ${rest}`)
    const [all, name = '', desc = '', dur] = match
    metrics.push({ name, desc: desc.replace(/\\(.)/g, '$1'), dur: Number(dur) })
    rest = rest.slice(all.length)
  }
  return metrics
}
