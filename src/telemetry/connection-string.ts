// The connection string of Application Insights: addresses, and no credential. The site signs in with its identity.
// https://learn.microsoft.com/azure/azure-monitor/app/connection-strings

export interface ConnectionString {
  /** Says which Application Insights resource the telemetry is for. It opens nothing. */
  instrumentationKey: string
  /** Where telemetry is sent, and nowhere else. */
  ingestionEndpoint: string
  /** What the token is issued for. */
  audience: string
}

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Parses a connection string. Returns undefined if it is not valid. */
export function parseConnectionString(text: string): ConnectionString | undefined {
  const fields = fieldsOf(text)
  const instrumentationKey = fields.get('instrumentationkey') ?? ''
  const ingestionEndpoint = originOf(fields.get('ingestionendpoint') ?? defaultEndpoint(fields))
  const audience = originOf(fields.get('aadaudience') ?? 'https://monitor.azure.com')
  if (!GUID.test(instrumentationKey) || !ingestionEndpoint || !audience) return undefined
  return { instrumentationKey, ingestionEndpoint, audience }
}

/** The names are not case-sensitive. */
function fieldsOf(text: string): Map<string, string> {
  const parts = text.split(';').filter((part) => part.trim())
  return new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.trim().toLowerCase(), value.join('=').trim()]
    }),
  )
}

/** Older connection strings name the suffix that all endpoints of a cloud share, or nothing for the public cloud. */
function defaultEndpoint(fields: Map<string, string>): string {
  const suffix = fields.get('endpointsuffix')
  const location = fields.get('location')
  return suffix
    ? `https://${location ? `${location}.` : ''}dc.${suffix}`
    : 'https://dc.services.visualstudio.com'
}

/** An https address with nothing after the host: a path, a query or a user name is a mistake, or a credential. */
function originOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, origin, href } = new URL(text)
  return protocol === 'https:' && href === `${origin}/` ? origin : undefined
}
