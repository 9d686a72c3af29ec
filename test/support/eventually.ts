import { setTimeout } from 'node:timers/promises'

/** Waits until a condition holds, for what the site does on its own after an answer. Throws after some seconds. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  milliseconds = 5_000,
): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`This did not become true: ${holds}`)
    await setTimeout(10)
  }
}
