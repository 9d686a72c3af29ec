// The site in a browser. Without one nothing is started, and one line says why.
import { it } from 'node:test'
import { noBrowser } from './browser.ts'

if (noBrowser) {
  it('a browser visits the site', { skip: noBrowser })
} else {
  await import('./pages.ts')
  await import('./visit.ts')
  await import('./document.ts')
  await import('./looks.ts')
  await import('./switchboard.ts')
}
