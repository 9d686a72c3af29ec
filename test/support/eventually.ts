import { setTimeout } from 'node:timers/promises'

/**
 * Waits until a condition holds, for what the site does on its own after an answer.
 *
 * @param milliseconds after which it throws: long, because it only ends a test that fails, on a machine that may be busy
 */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  milliseconds = 30_000,
): Promise<void> {
  const end = Date.now() + milliseconds
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`This did not become true: ${holds}`)
    await setTimeout(10)
  }
}
