// Where the site runs, in words for its pages.
import type { Config } from '../config.ts'

interface Hosting {
  /** The line above the title of the home page. */
  kicker: string
  /** What the site runs on, in the diagram. */
  host: string
  /** A sentence for the end of every page. */
  note?: string
}

const hosting: Record<Config['runsOn'], Hosting> = {
  appService: { kicker: 'A sample that runs on Azure App Service', host: 'App Service' },
  localCloud: {
    kicker: 'A sample for Azure, on the local cloud',
    host: 'Your machine',
    note: 'This site runs on the local cloud: its Azure services are emulated on this machine.',
  },
  elsewhere: {
    kicker: 'A sample for Azure',
    host: 'This machine',
    note: 'This site runs outside of App Service. Its services are in Azure.',
  },
}

/** Describes where the site runs. */
export function hostingViewModel({
  runsOn,
  hasIdentityEndpoint,
}: Pick<Config, 'runsOn' | 'hasIdentityEndpoint'>): Hosting {
  const host = hosting[runsOn]
  if (runsOn !== 'elsewhere' || hasIdentityEndpoint) return host
  return { ...host, note: `${host.note} It has no managed identity here, so it signs in as a developer.` }
}
