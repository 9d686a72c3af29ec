// The audience of tokens for Azure SQL, in each cloud.

/** The domains of SQL servers, the public cloud first, then Azure Government and Azure in China. */
const domains = ['database.windows.net', 'database.usgovcloudapi.net', 'database.chinacloudapi.cn'] as const

/**
 * Returns the scope of tokens for a SQL server. It follows from the domain of the server that is set, so that the server itself cannot
 * name another one.
 *
 * @param server the host name; one outside these domains, such as a name of your own, counts as the public cloud
 */
export function sqlScope(server: string): string {
  const host = server.toLowerCase()
  const domain = domains.find((each) => host.endsWith(`.${each}`)) ?? domains[0]
  return `https://${domain}/.default`
}
