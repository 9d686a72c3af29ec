// What is created when it is first needed.

/** Returns a function that calls `create` the first time, and returns the same promise from then on. */
export function lazy<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined
  return () => {
    created ??= create()
    return created
  }
}
