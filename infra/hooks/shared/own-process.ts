// A process of its own for a hook that must close what it has opened. azd runs hooks by way of tsx, which kills its child
// unless that answers Ctrl-C within 60 milliseconds: on a busy machine, it may not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const marker = 'HOOK_HAS_OWN_PROCESS'

/** Runs the work, under tsx in a child process that tsx knows nothing of. The exit code is that of the work. */
export async function inOwnProcess(work: () => Promise<void>): Promise<void> {
  const { argv, env, execArgv, execPath, platform } = process
  const isRunByTsx = execArgv.some((argument) => argument.includes('tsx'))
  if (!isRunByTsx || env[marker]) return work()

  const child = spawn(execPath, [...execArgv, ...argv.slice(1)], {
    stdio: 'inherit',
    env: { ...env, [marker]: 'true' },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A terminal sends Ctrl-C to all its processes. On Windows, passing it on would kill the child at once.
    process.on(signal, () => platform !== 'win32' && child.kill(signal))
  }
  const [code] = await once(child, 'close')
  process.exitCode = code ?? 1
}
