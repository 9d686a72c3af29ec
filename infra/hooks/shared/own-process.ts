// Runs a hook in a process of its own, so that it can close what it has opened after Ctrl-C. azd runs hooks with tsx, which
// kills a hook that does not confirm Ctrl-C within 60 milliseconds; on a busy machine, it may take longer.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const marker = 'HOOK_HAS_OWN_PROCESS'

/** Runs the work; under tsx, in a child process that tsx does not know, and with its exit code. */
export async function inOwnProcess(work: () => Promise<void>): Promise<void> {
  const { argv, env, execArgv, execPath, platform } = process
  const isRunByTsx = execArgv.some((argument) => argument.includes('tsx'))
  if (!isRunByTsx || env[marker]) return work()

  const child = spawn(execPath, [...optionsOfChild(), ...argv.slice(1)], {
    stdio: 'inherit',
    env: { ...env, [marker]: 'true' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A terminal sends Ctrl-C to all of its processes. On Windows, forwarding it would kill the child at once.
    process.on(signal, () => platform !== 'win32' && child.kill(signal))
  }
  const [code] = await once(child, 'close')
  process.exitCode = code ?? 1
}

/** A Node.js that runs TypeScript itself loads the SDKs in half the time that they take by way of tsx. */
function optionsOfChild(): string[] {
  return process.features.typescript ? ['--disable-warning=ExperimentalWarning'] : process.execArgv
}
