// The driver of Azure SQL. With its code pages and calendars, it is a third of the site's code, so it is loaded when it is needed.

let loading: ReturnType<typeof load> | undefined

/** Loads tedious once. */
export function loadTedious() {
  loading ??= load()
  return loading
}

async function load() {
  // It is a CommonJS module, of which a bundle has the default export only.
  return (await import('tedious')).default
}
