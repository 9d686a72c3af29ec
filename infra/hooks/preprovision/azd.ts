// The azd environment of this run.
import { readFileSync } from 'node:fs'
import { execFile } from '@azure/core-process'
import { parse } from 'yaml'
import { Failure, reasonOf } from '../shared/failure.ts'

export type Variables = Record<string, string | undefined>
export type AzdEnvironment = ReturnType<typeof openEnvironment>

const commandMs = 60_000

const project: { cloud?: { name?: string } } = parse(
  readFileSync(new URL('../../../azure.yaml', import.meta.url), 'utf8'),
)

/** Opens an environment through azd, which knows where it is stored. */
export function openEnvironment(name: string) {
  const azd = async (verb: string, args: string[]) => {
    const command = ['env', verb, '--environment', name, '--no-prompt', ...args]
    try {
      return await run(command)
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

    /** The name of the cloud that is configured: in the environment, in azure.yaml or for the user, which is azd's order. */
    async cloud(): Promise<string | undefined> {
      const own = await configured(['env', 'config', 'get', 'cloud.name', '--environment', name])
      return own ?? project.cloud?.name ?? (await configured(['config', 'get', 'cloud.name']))
    },
  }
}

/** Reads a value of azd's configuration. azd fails if there is none. */
async function configured(command: string[]): Promise<string | undefined> {
  try {
    const options = [...command, '--output', 'json', '--no-prompt']
    return JSON.parse(await run(options))
  } catch {
    return undefined
  }
}

/** Without a shell, which would replace parts of a value. On Windows, a version manager may have put azd there as a batch file. */
async function run(command: string[]): Promise<string> {
  const options = { timeout: commandMs, allowWindowsBatchFiles: true, encoding: 'utf8' } as const
  return (await execFile('azd', command, options)).stdout
}
