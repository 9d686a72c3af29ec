// What is created when it is first needed.

/** Returns a function that calls `create` the first time, and returns the same value, or promise, from then on. */
export function lazy<T extends object>(create: () => T): () => T {
  let created: T | undefined
  return () => {
    created ??= create()
    return created
  }
}
