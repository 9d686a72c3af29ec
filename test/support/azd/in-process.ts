// Answers azd in the process that asks it. Over a hundred hooks run azd twice each, and starting a program takes a tenth of a
// second of CPU time: half of it for the program, half for the copy of a large process that the operating system makes first.
import childProcess from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { parse } from 'node:path'
import { answerCommand } from './commands.ts'

type Callback = (error: Error | null, stdout: string, stderr: string) => void

/** Replaces execFile for `azd`, which still has to be on the PATH. Everything else is run. */
export function answerInProcess(): void {
  const { execFile } = childProcess
  const answering = (file: string, args: string[], options: object, callback: Callback) => {
    if (parse(file).name !== 'azd') return execFile(file, args, options, callback)
    return answerCommand(args, process.env.AZD_STAND_IN ?? '').then(
      ({ code, stdout, stderr }) => {
        const command = `Command failed: azd ${args.join(' ')}`
        const error =
          code === 0 ? null : Object.assign(new Error(command), { code, killed: false, signal: null })
        callback(error, stdout, stderr)
      },
      callback as (error: Error) => void,
    )
  }
  Object.assign(childProcess, { execFile: answering })
  syncBuiltinESMExports()
}
