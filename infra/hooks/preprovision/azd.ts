// The azd environment of this run.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Failure, reasonOf } from '../shared/failure.ts'

export type Variables = Record<string, string | undefined>
export type AzdEnvironment = ReturnType<typeof openEnvironment>

const run = promisify(execFile)
const commandMs = 60_000

/** Opens an environment through azd, which knows where it is stored. */
export function openEnvironment(name: string) {
  const azd = async (verb: string, args: string[]) => {
    const command = ['env', verb, '--environment', name, '--no-prompt', ...args]
    try {
      return (await run('azd', command, { timeout: commandMs })).stdout
    } catch (error) {
      const { stderr = '' } = error as { stderr?: string }
      const reason = reasonOf(stderr || error)
      throw new Failure(`azd env ${verb} failed (${reason}): try again with the newest azd.`)
    }
  }
  return {
    /** The variables that are stored in it, without those that only the process has, as in a pipeline. */
    values: async (): Promise<Variables> => JSON.parse(await azd('get-values', ['--output', 'json'])),

    async set(variables: Variables): Promise<void> {
      await azd(
        'set',
        Object.entries(variables).map(([key, value = '']) => `${key}=${value}`),
      )
    },
  }
}
