// The pages of the site, in the order of the navigation. To add or remove one, change the import and the list.
import { documentsPage } from './documents.ts'
import type { Page, PageContext } from './page.ts'
import { productsPage } from './products.ts'
import { secretPage } from './secret.ts'

/** Creates every page. Each router is still to be mounted at its address. */
export function createPages(context: PageContext): Page[] {
  return [documentsPage, secretPage, productsPage].map((create) => create(context))
}
