// Records what the clients report (src/azure/reports.ts) with the request that caused it. The page's trace and telemetry read
// these recordings.
import {
  backgroundWork,
  type ConnectionReport,
  memoryReads,
  sharedWork,
  sqlConnections,
  sqlLogins,
  sqlStatements,
  tokenRequests,
  type Work,
} from '../azure/reports.ts'
import { recordHttp } from './http.ts'
import { endStep, type LoginStep, record, recording, type Step, startStep } from './steps.ts'
import { noteToken } from './tokens.ts'

let subscribed = false

/** Subscribes once, however many sites there are in this process. Until then, nothing is reported to anybody. */
export function subscribeToReports(): void {
  if (subscribed) return
  subscribed = true

  recordHttp()
  recordWork(tokenRequests, (report) => record(startStep('token', report)), noteToken)
  recordWork(sqlStatements, (report) => record(startStep('statement', report)))
  recordWork(sharedWork, (report) => record(startStep('shared', report)))
  recordSql()
  // A request that has begun it does not wait for it.
  backgroundWork.start.bindStore(recording, () => undefined)
  memoryReads.subscribe((report) => {
    endStep(record(startStep('memory', report as { what: string; since: Date })))
  })
}

/** The pool starts a login for whichever request waits, so a login is recorded with the first connection that uses it. */
function recordSql(): void {
  const logins = new WeakMap<object, LoginStep>()
  recordWork(sqlLogins, (report) => {
    const step = startStep('login', report)
    logins.set(report, step)
    return step
  })
  recordWork(
    sqlConnections,
    (report: ConnectionReport) => record(startStep('connection', report)),
    (step) => {
      const login = step.report.login && logins.get(step.report.login)
      if (!login) return
      login.firstUse ??= step
      step.login = login
    },
  )
}

function recordWork<Report extends object, S extends Step>(
  { start, end }: Work<Report>,
  begin: (report: Report) => S,
  finish: (step: S) => void = () => {},
): void {
  const running = new WeakMap<object, S>()
  start.bindStore(recording, (report) => {
    const step = begin(report)
    running.set(report, step)
    return step
  })
  end.subscribe((report) => {
    const step = running.get(report as Report)
    if (!step) return
    endStep(step)
    finish(step)
  })
}
