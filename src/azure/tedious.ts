// The driver of Azure SQL. With its code pages and calendars, it is a third of the site's code, so it is loaded when it is needed.
import { lazy } from '../lazy.ts'

/** Loads tedious once. */
export const loadTedious = lazy(async () => {
  // It is a CommonJS module, of which a bundle has the default export only.
  return (await import('tedious')).default
})
