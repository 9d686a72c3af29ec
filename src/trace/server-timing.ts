// The Server-Timing header: https://www.w3.org/TR/server-timing/
import { flatten, isPooled, type Recording, type Step } from './steps.ts'

/** Proxies limit the length of all headers together, some to 4 KiB. */
const LONGEST_HEADER = 2048
const LONGEST_DESCRIPTION = 200

interface Metric {
  name: string
  description: string
  milliseconds: number
}

/** Builds the header: one metric for each step, as many as there is room for, and the total. */
export function serverTiming(request: Recording, total: number): string {
  const metrics = flatten(request).map(metricOf)
  const end = [metric({ name: 'total', description: '', milliseconds: total })]
  const written: string[] = []
  let length = 0
  for (const [index, each] of metrics.entries()) {
    const text = metric(each)
    if (length + text.length > LONGEST_HEADER) {
      end.unshift(metric({ name: 'more', ...sum(metrics.slice(index)) }))
      break
    }
    length += text.length + 2
    written.push(text)
  }
  return [...written, ...end].join(', ')
}

function metricOf(step: Step): Metric {
  const { name, description } = described(step)
  const failure =
    'failure' in step.report ? ` ${step.report.failure?.number ?? step.report.failure?.name}` : ''
  const milliseconds = step.milliseconds ?? performance.now() - step.started
  return { name, description: `${description}${failure}`, milliseconds }
}

function described(step: Step): { name: string; description: string } {
  switch (step.kind) {
    case 'http': {
      const { method, host, path, status, requestId } = step.report
      const answer = [status, requestId].filter(Boolean).join(' ')
      return { name: 'http', description: `${shortened(`${method} ${host}${path}`)} ${answer}`.trim() }
    }
    case 'token': {
      const origin = step.token && step.token.first !== step ? ' from memory' : ''
      return { name: 'token', description: `${step.report.audience}${origin}` }
    }
    case 'login':
      return { name: 'sql-login', description: `${step.report.server} ${step.report.database}` }
    case 'connection':
      return { name: 'sql-connection', description: isPooled(step) ? 'pooled' : 'new' }
    case 'statement':
      return { name: 'sql', description: shortened(step.report.text) }
    case 'shared':
      return { name: 'shared', description: step.report.what }
    case 'memory':
      return { name: 'memory', description: step.report.what }
  }
}

function sum(metrics: Metric[]): Omit<Metric, 'name'> {
  const milliseconds = metrics.reduce((total, each) => total + each.milliseconds, 0)
  return { description: `${metrics.length} more`, milliseconds }
}

function shortened(text: string): string {
  return text.length > LONGEST_DESCRIPTION ? `${text.slice(0, LONGEST_DESCRIPTION)}...` : text
}

function metric({ name, description, milliseconds }: Metric): string {
  // A quoted string of HTTP: printable ASCII, with a backslash before quotes and backslashes.
  const quoted = description
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?')
    .replace(/["\\]/g, '\\$&')
  return [name, quoted && `desc="${quoted}"`, `dur=${milliseconds.toFixed(1)}`].filter(Boolean).join(';')
}
