// What stops a hook, said to the person who runs it.

/** Stops the hook. The message is one sentence that says what happened and what to do: it is all that is printed. */
export class Failure extends Error {
  override name = 'Failure'
}

/** Deploys the template even when azd finds nothing new in it. */
export const deployAgain = 'run `azd provision --no-state`'

/** Goes on where the hook has stopped: what is done is found done. */
export const runAgain = 'run `azd hooks run postprovision`'

/** The first sentence of what somebody else's error says, to stand inside one of ours. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  const [first = ''] = text.trim().split(/\.\s|\r?\n/)
  return first.replace(/[.:]+$/, '')
}
