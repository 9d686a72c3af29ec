// Errors that stop a hook, with messages for the person who runs it.

/** Stops the hook. The message is one sentence that says what happened and what to do. Nothing else is printed. */
export class Failure extends Error {
  override name = 'Failure'
}

/** Deploys the template even when it has not changed. */
export const deployAgain = 'run `azd provision --no-state`'

/** Completes what is left to do. */
export const runAgain = 'run `azd hooks run postprovision`'

/** The first sentence of another component's error, for use within a message of ours. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  const [first = ''] = text.trim().split(/\.\s|\r?\n/)
  return first.replace(/[.:]+$/, '')
}
