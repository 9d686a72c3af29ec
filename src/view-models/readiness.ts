// What the page of the readiness shows: one row for each service.

/** What one check found. */
export interface Outcome {
  status: 'ok' | 'error'
  /** What is wrong. */
  detail?: string
}

interface CheckedPage {
  url: string
  title: string
  access: { service: string }
  readiness?: { name: string }
}

interface Readiness {
  ready: boolean
  outcomes: { name: string; outcome: Outcome; milliseconds: number }[]
  checkedAt: Date
}

export function readinessViewModel(pages: CheckedPage[], { ready, outcomes, checkedAt }: Readiness) {
  const failed = outcomes.filter(({ outcome }) => outcome.status === 'error').length
  return {
    title: ready
      ? 'Every service responds'
      : `${failed} of ${outcomes.length} services ${failed === 1 ? 'does' : 'do'} not respond`,
    checkedAt,
    rows: pages.flatMap(({ url, title, access, readiness }) => {
      const checked = outcomes.find(({ name }) => name === readiness?.name)
      return checked
        ? [{ url, title, service: access.service, ...checked.outcome, milliseconds: checked.milliseconds }]
        : []
    }),
  }
}
