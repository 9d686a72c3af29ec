// What the clients report about their work, on diagnostics channels of Node.js: src/trace/ and src/telemetry/ subscribe to them.
// Node.js itself reports HTTP requests. A report holds no token, no value of a parameter and no data. Without a subscriber it costs nothing.
import { type Channel, channel } from 'node:diagnostics_channel'

/** What is added when the work has failed. */
interface Failure {
  failure?: { name: string; number?: number | undefined }
}

/** A token was requested from the shared credential. */
export interface TokenReport extends Failure {
  audience: string
  expiresOn?: Date
  /** Tells one token from another, and says nothing else about it. */
  fingerprint?: string
}

/** A new SQL connection logged in. */
export interface LoginReport extends Failure {
  server: string
  database: string
}

/** A request waited for a SQL connection. `login` is how that connection once logged in, or could not. */
export interface ConnectionReport extends Failure {
  login?: LoginReport | undefined
}

/** A statement was sent to SQL, with the names of its parameters. */
export interface StatementReport extends Failure {
  text: string
  parameters: string[]
}

/** A request waited for work that another request had begun. */
export interface SharedReport extends Failure {
  what: string
}

/** Something was in memory, and no service was asked. */
export interface MemoryReport {
  what: string
  since: Date
}

/** Work that no request waits for, such as the renewal of a token. */
export interface BackgroundReport extends Failure {
  what: string
}

/** How much of a pool or a queue is in use, after each change. */
export interface UseReport {
  what: 'sql-connections' | 'downloads'
  used: number
  idle: number
  waiting: number
  max: number
}

export interface Work<Report extends object> {
  start: Channel<unknown, Report>
  end: Channel<unknown, Report>
}

export const tokenRequests = workOf<TokenReport>('token')
export const sqlLogins = workOf<LoginReport>('sql-login')
export const sqlConnections = workOf<ConnectionReport>('sql-connection')
export const sqlStatements = workOf<StatementReport>('sql-statement')
export const sharedWork = workOf<SharedReport>('shared')
export const memoryReads = channelOf<MemoryReport>('memory')
export const backgroundWork = workOf<BackgroundReport>('background')
export const poolUse = channelOf<UseReport>('use')
/** The lines of the log, as they are written. */
export const logLines = channelOf<string>('log-line')

/**
 * Runs `work` and reports when it starts and when it has ended. Subscribers can bind an AsyncLocalStorage to its start.
 *
 * TracingChannel.tracePromise is not used, because it publishes the result too, which can be a token or data.
 */
export function reported<Report extends Failure, T>(
  channels: Work<Report>,
  report: Report,
  work: () => Promise<T>,
): Promise<T> {
  return channels.start.hasSubscribers ? publish(channels, report, work) : work()
}

async function publish<Report extends Failure, T>(
  { start, end }: Work<Report>,
  report: Report,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await start.runStores(report, work)
  } catch (error) {
    report.failure = failureOf(error)
    throw error
  } finally {
    end.publish(report)
  }
}

function workOf<Report extends object>(name: string): Work<Report> {
  return { start: channelOf(`${name}:start`), end: channelOf(`${name}:end`) }
}

function channelOf<Report>(name: string) {
  return channel(`keyless-express:${name}`) as Channel<unknown, Report>
}

function failureOf(error: unknown) {
  const { name, number } = error as { name: string; number?: number }
  return { name, number }
}
