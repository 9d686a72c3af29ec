// Reasons why a test cannot run on this system, for its `skip`.

const isWindows = process.platform === 'win32'

/** There, what is sent as a signal ends a process at once. */
export const noSignals = isWindows && 'Windows has no SIGTERM'

export const noShell = isWindows && 'Windows has no POSIX shell'

export const noRedis = isWindows && 'Redis has no version for Windows'
